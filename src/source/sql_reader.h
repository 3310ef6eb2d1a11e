// SqlReader: a record system that answers SQL, read through its mapping.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "detect/ports.h"
#include "source/mapping.h"
#include "source/ports.h"
#include "source/row_template.h"
#include "source/sql.h"

namespace chartbell {

// A resource of one thread. Connects at the first read and again after a transport error; each new
// connection is checked against the mapping before anything is read through it.
class SqlReader final : public ResourceReader {
 public:
  struct Parts {
    const Mapping& mapping;
    SqlConnector& connector;
    ReferenceIds& ids;
    InstitutionId institution;
    std::vector<SourceLocation> locations;  // not empty
  };
  // All references outlive the reader.
  explicit SqlReader(Parts parts);
  ~SqlReader() override;

  // Connects and checks the mapping, without reading anything.
  Result<void> probe();
  // Values that could not be shown so far, by path.
  const std::map<std::string, std::int64_t>& unshown() const { return context_.unshown_by_path(); }
  const std::vector<KindRules>& kinds() const override { return kinds_; }
  Result<FreshChunk> read_after(ResourceKind kind, const std::optional<ForeignKey>& after,
                                std::size_t limit) override;
  Result<KeyChunk> read_key_list(ResourceKind kind, const std::optional<ForeignKey>& after,
                                 std::size_t limit) override;
  Result<std::vector<FreshResource>> read_keys(ResourceKind kind,
                                               std::span<const ForeignKey> keys) override;
  Result<std::vector<FreshChild>> read_children(ResourceKind kind,
                                                std::span<const ForeignKey> parents) override;
  void expect_children(ResourceKind kind, std::span<const ForeignKey> parents) override;
  std::string date_at(WallTime time) const override;
  void disconnect() override;

 private:
  struct Plan;

  Result<SqlConnection*> connection();
  Result<std::unique_ptr<SqlRows>> ask(const std::string& sql);
  Result<std::string> behind(const Plan& plan, const std::optional<ForeignKey>& after);
  Result<void> check(SqlConnection& connection) const;
  Result<std::vector<FreshResource>> read(const Plan& plan, const std::string& sql);
  Result<std::vector<ForeignKey>> keys_of(const Plan& plan, const std::string& sql);
  static std::string child_select(const Plan& plan, std::size_t index, const std::string& keys);
  Result<void> read_child(const Plan& plan, std::size_t index, const std::string& keys,
                          std::vector<FreshChild>& out);
  Error without_connection(const Error& error);
  Result<std::string> key_list(std::span<const ForeignKey> keys);
  const Plan& plan(ResourceKind kind) const;

  const Mapping& mapping_;
  SqlConnector& connector_;
  RowContext context_;
  std::vector<KindRules> kinds_;
  std::vector<Plan> plans_;
  std::unique_ptr<SqlConnection> connection_;
  std::optional<std::string> begun_;  // a SELECT on its way
};

}  // namespace chartbell
