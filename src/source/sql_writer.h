// SqlWriter: writes into a record system by the statements of its mapping.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "source/mapping.h"
#include "source/row_template.h"
#include "source/sql.h"
#include "write/ports.h"

namespace chartbell {

// Answers before its calls return. A resource of the source's thread; connects at the first write
// and again after a transport error.
//
// A write is one transaction. What the system refused is rolled back; where the connection went
// amid it nobody knows, unless the mapping's `alone` waits for the end of the session before.
class SqlWriter final : public RecordWriter {
 public:
  // All references outlive it; `locations` is not empty.
  SqlWriter(const Mapping& mapping, SqlConnector& connector, std::vector<SourceLocation> locations);
  ~SqlWriter() override;

  bool takes(ResourceKind kind, WriteAction action) const override;
  bool takes(ResourceKind kind, WriteAction action, std::string_view path) const override;
  void write(WriteOrder order, std::function<void(WriteAnswer)> done) override;
  void find(WriteOrder order, std::function<void(Result<FoundRows>)> done) override;
  void probe(std::function<void(Result<void>)> done) override;
  std::size_t at_once() const override { return 1; }
  Milliseconds doubt() const override { return Milliseconds(30'000); }

 private:
  Result<SqlConnection*> connection();
  Result<std::string> rendered(const SqlTemplate& statement, const WriteOrder& order);
  Result<bool> is_alone(const WriteMapping& mapping, const WriteOrder& order);
  Result<std::optional<std::string>> run(const std::string& sql);
  Result<std::optional<std::string>> transaction(const WriteMapping& mapping,
                                                 const WriteOrder& order);
  WriteAnswer written(const WriteOrder& order, const std::optional<std::string>& key) const;
  WriteAnswer undone(const WriteOrder& order, const Error& error);
  Result<FoundRows> found(const WriteOrder& order);
  KeyType key_type(ResourceKind kind) const;
  Error dropped(const Error& error);

  const Mapping& mapping_;
  SqlConnector& connector_;
  const std::vector<SourceLocation> locations_;
  std::unique_ptr<SqlConnection> connection_;
};

}  // namespace chartbell
