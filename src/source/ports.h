// What source needs of its neighbours.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "model/foreign_key.h"
#include "model/ids.h"
#include "model/shape.h"

namespace chartbell {

struct Reference {
  ResourceId id;
  WallTime first_seen;
};

// Our ids for the record system's keys. An id is allotted when a key is first seen, even as a mere
// reference, so that references forward work; it stays with the key for ever.
class ReferenceIds {
 public:
  virtual ~ReferenceIds() = default;
  virtual Result<Reference> reference_to(ResourceKind kind, const ForeignKey& key) = 0;
};

// The names of folders and, the last one, of a file: neither empty, "." nor "..", without slashes.
using FilePath = std::vector<std::string>;

// Files of a record system that keeps them in a folder of its own. Paths are below it.
class FileShelf {
 public:
  virtual ~FileShelf() = default;
  // On disk when it returns, whole, in place of what was there of this name. kNoSpace; kUnreachable
  // where the folder cannot be written now.
  virtual Result<void> put(const FilePath& path, std::string_view bytes) = 0;
  // Not there is as good.
  virtual Result<void> remove(const FilePath& path) = 0;
  // From the root on.
  virtual std::string whole_path(const FilePath& path) const = 0;
};

// A call of a record system's REST interface. Paths and bodies may hold patient data.
struct RestCall {
  std::string method;
  std::string path;  // with its query, behind the interface's own address
  std::string body;  // JSON; empty for none
};

struct RestAnswer {
  enum class Came : std::uint8_t {
    kWhole,
    kNotSent,  // nothing of the call can have reached the record system
    kUnsure,   // it may have been done
  };
  Came came = Came::kUnsure;
  int status = 0;
  std::string body;
};

// Makes each call once: never again by itself.
class RestCaller {
 public:
  virtual ~RestCaller() = default;
  // From any thread; `done` is called once, on any thread, unless the caller goes before.
  virtual void call(RestCall call, std::function<void(RestAnswer)> done) = 0;
  // Without credentials.
  virtual const std::string& shown_url() const = 0;
};

}  // namespace chartbell
