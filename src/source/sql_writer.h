// SqlWriter: writes into a record system by the statements of its mapping.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "source/mapping.h"
#include "source/ports.h"
#include "source/row_template.h"
#include "source/sql.h"
#include "write/ports.h"

namespace chartbell {

// Answers before its calls return. A resource of the source's thread; connects at the first write
// and again after a transport error.
//
// A write is one transaction. What the system refused is rolled back; where the connection went
// amid it nobody knows, unless the mapping's `alone` waits for the end of the session before.
//
// A document's file is on its shelf before the transaction begins, so that no row is ever without
// its file; an attempt's file is the same as the one's before.
class SqlWriter final : public RecordWriter {
 public:
  // All references outlive it; `locations` is not empty. Without a `shelf` what has a file is not
  // taken.
  SqlWriter(const Mapping& mapping, SqlConnector& connector, std::vector<SourceLocation> locations,
            FileShelf* shelf = nullptr);
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
  const SourceLocation& location(LocationId id) const;
  Result<std::string> rendered(const SqlTemplate& statement, const WriteMapping& mapping,
                               const WriteOrder& order);
  Result<FilePath> file_path(const WriteMapping& mapping, const WriteOrder& order) const;
  Result<void> put_file(const WriteMapping& mapping, const WriteOrder& order);
  void drop_file(const WriteMapping& mapping, const WriteOrder& order);
  WriteAnswer run_all(const WriteMapping& mapping, const WriteOrder& order);
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
  FileShelf* const shelf_;
  std::unique_ptr<SqlConnection> connection_;
};

}  // namespace chartbell
