#include <algorithm>
#include <cstdio>
#include <map>

#include "app/commands.h"
#include "app/config.h"
#include "app/mask.h"
#include "app/report.h"
#include "app/terminal.h"
#include "base/log.h"
#include "source/alias.h"
#include "source/checkup.h"
#include "source/sql_reader.h"

namespace chartbell {
namespace {

constexpr std::size_t kChunkRows = 500;
constexpr std::size_t kPathWidth = 28;
constexpr std::size_t kLocationsMax = 1000;
constexpr std::size_t kRowsToJudge = 100;  // fewer may all lack a value by chance

// Ids for references while nothing is stored.
class PassingIds final : public ReferenceIds {
 public:
  Result<Reference> reference_to(ResourceKind kind, const ForeignKey& key) override {
    const auto next = static_cast<std::int64_t>(ids_.size()) + 1;
    return Reference{ResourceId{ids_.try_emplace({kind, key}, next).first->second}, from_ms(0)};
  }

 private:
  std::map<std::pair<ResourceKind, ForeignKey>, std::int64_t> ids_;
};

// What was seen of one kind.
struct Sample {
  std::size_t rows = 0;
  std::vector<std::vector<MaskedLeaf>> shown;  // the first rows
  std::map<std::string, std::size_t> set;      // rows in which a leaf is not null
};

void note(Sample& sample, const Document& document, std::size_t samples) {
  auto leaves = masked(document);
  ++sample.rows;
  for (const auto& leaf : leaves) sample.set[leaf.path] += leaf.shape.empty() ? 0 : 1;
  if (sample.shown.size() < samples) sample.shown.push_back(std::move(leaves));
}

Result<Sample> read_sample(SqlReader& reader, ResourceKind kind,
                           const MappingCheckArguments& arguments) {
  Sample out;
  std::optional<ForeignKey> after;
  while (out.rows < arguments.rows) {
    TRY(auto chunk,
        reader.read_after(kind, after, std::min(kChunkRows, arguments.rows - out.rows)));
    for (const auto& row : chunk.rows) note(out, row.document, arguments.samples);
    if (chunk.last || chunk.rows.empty()) break;
    after = chunk.rows.back().key;
  }
  return out;
}

std::string padded(std::string text, std::size_t width) {
  if (text.size() < width) text.resize(width, ' ');
  return text + " ";
}

// A leaf that the mapping selects, and that no row of the sample has.
std::vector<std::string> never_set(const Sample& sample, const ResourceMapping& resource) {
  std::vector<std::string> out;
  for (const auto& column : resource.columns) {
    const auto found = sample.set.find(column.path);
    if (found == sample.set.end() || found->second != 0) continue;
    if (std::ranges::find(out, column.path) == out.end()) out.push_back(column.path);
  }
  return out;
}

bool is_mapped(const ResourceMapping& resource, const std::string& path) {
  return std::ranges::find(resource.columns, path, &Column::path) != resource.columns.end();
}

void print_kind(const ResourceMapping& resource, const RowCount& count, const Sample& sample) {
  std::string line = counted(count.shown, "row");
  if (count.all != count.shown)
    line += ", " + std::to_string(count.all - count.shown) + " left out by its where";
  std::printf("\n%s %s\n", padded(std::string(name(resource.kind)), kPathWidth + 2).c_str(),
              line.c_str());
  bool first = true;
  for (const auto& leaves : sample.shown) {
    if (!std::exchange(first, false)) std::printf("\n");
    for (const auto& leaf : leaves)
      if (!leaf.shape.empty() && is_mapped(resource, leaf.path))
        std::printf("  %s %s\n", padded(leaf.path, kPathWidth).c_str(), leaf.shape.c_str());
  }
}

// A practice with one location often has no row for it, and its rows name one that is not there.
Remark unshown(const ResourceMapping& resource, const std::string& subject, const std::string& path,
               std::int64_t number) {
  const auto column = std::ranges::find(resource.columns, path, &Column::path);
  const bool reference =
      column != resource.columns.end() && (column->conversion == Conversion::kReference ||
                                           column->conversion == Conversion::kReferences);
  if (reference && column->referenced == ResourceKind::kLocation)
    return {Severity::kFine,
            subject,
            path + ": " + counted(number, "value") +
                " of no location's row; a location of the configuration has it as foreign_id",
            {}};
  return {Severity::kWarning, subject, path + ": " + counted(number, "value") + " shown as null",
          "add the codes to its list, or another conversion"};
}

std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (const auto& word : words) out += (out.empty() ? "" : ", ") + word;
  return out;
}

// Rows may lie at any location that the record system knows; the configuration, which names those
// that are ours, is not asked.
Result<std::vector<SourceLocation>> locations_of(const Mapping& mapping, SqlConnector& connector,
                                                 const Zone& zone) {
  std::vector<SourceLocation> out = {{"", LocationId{1}, zone}};
  const auto* resource = mapping.find(ResourceKind::kLocation);
  if (resource == nullptr) return out;
  TRY(const auto connection, connector.connect());
  const auto rows = connection->query(connection->first_rows(
      "SELECT " + resource->key + " " + std::string(from_clause(resource->select)) + " ORDER BY " +
          resource->key,
      kLocationsMax));
  while (rows) {
    TRY(const bool more, (*rows)->next());
    if (!more) break;
    out.push_back({std::string((*rows)->text(0).value_or("")),
                   LocationId{static_cast<std::int64_t>(out.size()) + 1}, zone});
  }
  return out;
}

class Check {
 public:
  Check(const MappingCheckArguments& arguments, const Mapping& mapping, SqlConnector& connector,
        const Zone& zone, std::vector<SourceLocation> locations)
      : arguments_(arguments),
        mapping_(mapping),
        connector_(connector),
        zone_(zone),
        reader_({mapping, connector, ids_, InstitutionId{1}, std::move(locations)}) {}

  Result<Remarks> run() {
    TRY(const auto connection, connector_.connect());
    const ExaminedSource source{.name = mapping_.name,
                                .url = arguments_.source_url,
                                .mapping = mapping_,
                                .connection = *connection,
                                .zones = {zone_},
                                .clock = clock_};
    constexpr Examination kExaminations[] = {check_version, check_selects, check_dirty_rules,
                                             check_plans};
    auto out = examine(source, kExaminations);
    if (exit_code(out) == static_cast<int>(Severity::kFault)) return out;
    for (const auto& resource : mapping_.resources) TRY_DO(read_kind(*connection, resource, out));
    return out;
  }

 private:
  Result<void> read_kind(SqlConnection& connection, const ResourceMapping& resource, Remarks& out) {
    TRY(const auto count, count_rows(connection, resource));
    const auto unshown_before = reader_.unshown();
    TRY(const auto sample, read_sample(reader_, resource.kind, arguments_));
    print_kind(resource, count, sample);
    const auto subject = mapping_.name + ": " + std::string(name(resource.kind));
    if (const auto unset = never_set(sample, resource); !unset.empty() && sample.rows > 0)
      out.push_back({sample.rows < kRowsToJudge ? Severity::kFine : Severity::kWarning, subject,
                     "null in all of " + counted(static_cast<std::int64_t>(sample.rows), "row") +
                         ": " + joined(unset),
                     sample.rows < kRowsToJudge
                         ? ""
                         : "right for an office that does not use them; else look at the column"});
    for (const auto& [path, number] : reader_.unshown()) {
      const auto before = unshown_before.find(path);
      const auto fresh = number - (before == unshown_before.end() ? 0 : before->second);
      if (fresh > 0) out.push_back(unshown(resource, subject, path, fresh));
    }
    return {};
  }

  const MappingCheckArguments& arguments_;
  const Mapping& mapping_;
  SqlConnector& connector_;
  const Zone& zone_;
  SystemClock clock_;
  PassingIds ids_;
  SqlReader reader_;
};

Result<Remarks> checked(const MappingCheckArguments& arguments) {
  TRY(const auto path, find_mapping(arguments.file, "."));
  TRY(const auto mapping, load_mapping(path));
  TRY(const auto connector, sql_connector(arguments.source_url));
  TRY(const auto zone, Zone::open(arguments.timezone));
  std::printf("%s (%s) from %s\n", mapping.display_name.c_str(), mapping.name.c_str(),
              connector->shown_url().c_str());
  TRY(auto locations, locations_of(mapping, *connector, zone));
  return Check(arguments, mapping, *connector, zone, std::move(locations)).run();
}

}  // namespace

int check_mapping(const MappingCheckArguments& arguments) {
  start_log(LogLevel::kError);  // what could not be shown is among the remarks
  const auto remarks = checked(arguments);
  if (!remarks) {
    complain(remarks.error());
    return static_cast<int>(Severity::kFault);
  }
  std::printf("\n%s", as_text(*remarks, terminal_columns()).c_str());
  return exit_code(*remarks);
}

}  // namespace chartbell
