#include "app/open_writer.h"

#include "base/check.h"
#include "source/folder_shelf.h"
#include "source/opendental_writer.h"
#include "source/sql_writer.h"

namespace chartbell {
namespace {

constexpr std::string_view kOpenDental = "opendental:";

Result<OpenWriter> opendental_writer(const SourceConfig& config,
                                     const std::vector<SourceLocation>& locations, EventLoop& loop,
                                     const Clock& clock) {
  OpenWriter out;
  TRY(out.caller, HttpRestCaller::open(loop, clock, config.write_url.substr(kOpenDental.size()),
                                       config.write_key));
  out.writer = std::make_unique<OpenDentalWriter>(*out.caller, locations, config.write_doubt);
  return out;
}

Result<std::unique_ptr<FileShelf>> shelf(const SourceConfig& config, const Mapping& mapping) {
  if (config.write_folder.empty()) return std::unique_ptr<FileShelf>();
  if (!mapping.writes_files())
    return failure(Code::kConfig, "it has a write_folder, and its mapping writes no files");
  TRY(auto opened, FolderShelf::open(config.write_folder));
  return std::unique_ptr<FileShelf>(std::move(opened));
}

Result<OpenWriter> sql_writer(const SourceConfig& config, const Mapping& mapping,
                              const std::vector<SourceLocation>& locations) {
  if (mapping.writes.empty())
    return failure(Code::kConfig, "it has a write_url, and its mapping has no [[write]]");
  OpenWriter out;
  TRY(out.connector, sql_connector(config.write_url, SqlUse::kWriting));
  TRY(out.shelf, shelf(config, mapping));
  out.writer = std::make_unique<SqlWriter>(mapping, *out.connector, locations, out.shelf.get());
  return out;
}

}  // namespace

Result<OpenWriter> open_writer(const SourceConfig& config, const Mapping& mapping,
                               const std::vector<SourceLocation>& locations, EventLoop* loop,
                               const Clock& clock) {
  if (config.write_url.empty()) return OpenWriter();
  const bool rest = config.write_url.starts_with(kOpenDental);
  CHECK(!rest || loop != nullptr);
  auto out = rest ? opendental_writer(config, locations, *loop, clock)
                  : sql_writer(config, mapping, locations);
  if (!out)
    return std::unexpected(
        within(config.position + ": source \"" + config.name + "\"", out.error()));
  return out;
}

}  // namespace chartbell
