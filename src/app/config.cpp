#include "app/config.h"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include <toml++/toml.h>

#include "base/nearest.h"
#include "base/time_text.h"
#include "net/url.h"

namespace chartbell {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kSqlite = "sqlite:";
constexpr Milliseconds kScanIntervalMin{20};
constexpr Milliseconds kPollIntervalMin{50};
constexpr Milliseconds kAuditIntervalMin{1000};
constexpr Milliseconds kWriteDoubtMin{500};
constexpr std::uint16_t kHttpsPort = 443;

// Reads one table at a time and keeps the place of what it reads for errors.
class Reader {
 public:
  explicit Reader(std::string path)
      : path_(std::move(path)), folder_(fs::path(path_).parent_path().string()) {}

  Result<Config> read(std::string_view text);

 private:
  Result<Config> read_root(const toml::table& root) const;
  using Keys = std::initializer_list<std::string_view>;

  std::string place(toml::source_region at) const {
    return path_ + ":" + std::to_string(at.begin.line);
  }
  std::unexpected<Error> fault(toml::source_region at, std::string what) const {
    return failure(Code::kConfig, place(at) + ": " + std::move(what));
  }
  std::string resolved(const std::string& path) const {
    return fs::path(path).is_absolute() || folder_.empty() ? path
                                                           : (fs::path(folder_) / path).string();
  }
  // The same of a SQLite file's URL; other URLs as they are.
  std::string resolved_url(const std::string& url) const {
    if (!url.starts_with(kSqlite)) return url;
    return std::string(kSqlite) + resolved(url.substr(kSqlite.size()));
  }

  Result<void> only(const toml::table& table, Keys keys) const;
  Result<std::optional<std::string>> text(const toml::table& table, std::string_view key) const;
  Result<std::string> required(const toml::table& table, std::string_view key) const;
  Result<std::vector<std::string>> texts(const toml::table& table, std::string_view key) const;
  Result<std::vector<const toml::table*>> tables(const toml::table& table,
                                                 std::string_view key) const;

  Result<void> mode(const toml::table& root, Config& config) const;
  Result<void> server(const toml::table& root, Config& config) const;
  Result<void> count(const toml::table& table, std::string_view key, std::int64_t most,
                     std::size_t& out) const;
  Result<void> public_url(const toml::table& table, Config& config) const;
  Result<void> access_log(const toml::table& table, Config& config) const;
  Result<void> store(const toml::table& root, Config& config) const;
  Result<void> egress(const toml::table& root, Config& config) const;
  Result<std::vector<std::uint16_t>> ports(const toml::table& table) const;
  template <class Block>
  Result<std::vector<Block>> blocks(const toml::table& table, std::string_view key,
                                    Result<Block> (*parse)(std::string_view)) const;
  Result<ApiKeyConfig> api_key(const toml::table& table, Mode mode) const;
  Result<std::string> key_from_file(const toml::table& table, std::string_view name,
                                    const std::string& file) const;
  Result<void> key_terms(const toml::table& table, ApiKeyConfig& out) const;
  Result<void> limit(const toml::table& table, std::string_view key, int& out) const;
  Result<InstitutionConfig> institution(const toml::table& table, Mode mode) const;
  Result<LocationConfig> location(const toml::table& table) const;
  Result<SourceConfig> source(const toml::table& table, Mode mode) const;
  Result<SourceConfig> pushed_source(const toml::table& table) const;
  Result<void> check_locations(const toml::table& table, const InstitutionConfig& institution,
                               const SourceConfig& source) const;
  Result<void> writing(const toml::table& table, Mode mode, SourceConfig& out) const;
  Result<void> capture(const toml::table& table, Mode mode, SourceConfig& out) const;
  Result<void> duration(const toml::table& table, std::string_view key, Milliseconds least,
                        Milliseconds& out) const;
  Result<void> removals(const toml::table& table, SourceConfig& out) const;
  Result<void> check_names(const toml::table& root, const Config& config) const;

  const std::string path_;
  const std::string folder_;
};

template <class Words>
std::string joined(const Words& words) {
  std::string out;
  for (const auto& word : words) out += (out.empty() ? "" : ", ") + std::string(word);
  return out;
}

std::string in_quotes(std::string_view text) {
  return "\"" + std::string(text) + "\"";
}

Result<Config> Reader::read(std::string_view text) {
  toml::table root;
  try {
    root = toml::parse(text, path_);
  } catch (const toml::parse_error& error) {
    return fault(error.source(),
                 std::string(error.description()) + "; check the quotes and brackets before it");
  }
  return read_root(root);
}

Result<Config> Reader::read_root(const toml::table& root) const {
  TRY_DO(only(root, {"mode", "server", "store", "egress", "api_keys", "institutions"}));
  Config config;
  TRY_DO(mode(root, config));
  TRY_DO(server(root, config));
  TRY_DO(store(root, config));
  TRY_DO(egress(root, config));
  TRY(const auto keys, tables(root, "api_keys"));
  for (const auto* table : keys) {
    TRY(auto key, api_key(*table, config.mode));
    config.api_keys.push_back(std::move(key));
  }
  TRY(const auto institutions, tables(root, "institutions"));
  for (const auto* table : institutions) {
    TRY(auto read, institution(*table, config.mode));
    config.institutions.push_back(std::move(read));
  }
  TRY_DO(check_names(root, config));
  return config;
}

Result<void> Reader::only(const toml::table& table, Keys keys) const {
  for (const auto& [key, node] : table)
    if (std::ranges::find(keys, key.str()) == keys.end())
      return fault(key.source(), "unknown key " + in_quotes(key.str()) +
                                     did_you_mean(key.str(), {keys.begin(), keys.size()}) +
                                     "; known here: " + joined(keys));
  return {};
}

Result<std::optional<std::string>> Reader::text(const toml::table& table,
                                                std::string_view key) const {
  const auto* node = table.get(key);
  if (node == nullptr) return std::optional<std::string>();
  if (!node->is_string()) return fault(node->source(), in_quotes(key) + " must be a text");
  return std::optional(node->as_string()->get());
}

Result<std::string> Reader::required(const toml::table& table, std::string_view key) const {
  TRY(const auto value, text(table, key));
  if (!value || value->empty())
    return fault(table.source(), in_quotes(key) + " is missing; add it");
  return *value;
}

Result<std::vector<std::string>> Reader::texts(const toml::table& table,
                                               std::string_view key) const {
  std::vector<std::string> out;
  const auto* node = table.get(key);
  if (node == nullptr) return out;
  const auto* list = node->as_array();
  if (list == nullptr) return fault(node->source(), in_quotes(key) + " must be a list of texts");
  for (const auto& item : *list) {
    if (!item.is_string()) return fault(item.source(), in_quotes(key) + " must be a list of texts");
    out.push_back(item.as_string()->get());
  }
  return out;
}

Result<std::vector<const toml::table*>> Reader::tables(const toml::table& table,
                                                       std::string_view key) const {
  std::vector<const toml::table*> out;
  const auto* node = table.get(key);
  if (node == nullptr) return out;
  const auto* list = node->as_array();
  if (list == nullptr) return fault(node->source(), "write [[" + std::string(key) + "]]");
  for (const auto& item : *list) {
    if (!item.is_table()) return fault(item.source(), "write [[" + std::string(key) + "]]");
    out.push_back(item.as_table());
  }
  return out;
}

Result<void> Reader::mode(const toml::table& root, Config& config) const {
  TRY(const auto mode, text(root, "mode"));
  if (!mode || *mode == "development") return {};
  if (*mode != "production")
    return fault(root.get("mode")->source(), "\"mode\" must be \"development\" or \"production\"");
  config.mode = Mode::kProduction;
  return {};
}

Result<void> Reader::server(const toml::table& root, Config& config) const {
  const auto* node = root.get("server");
  if (node == nullptr) return {};
  if (!node->is_table()) return fault(node->source(), "write [server]");
  const auto& table = *node->as_table();
  TRY_DO(only(table, {"listen", "source_threads", "delivery_threads", "access_log", "connections",
                      "connections_per_address", "wrong_keys_per_minute",
                      "form_requests_per_minute", "public_url"}));
  TRY_DO(count(table, "source_threads", 256, config.source_threads));
  TRY_DO(count(table, "delivery_threads", 64, config.delivery_threads));
  TRY_DO(access_log(table, config));
  TRY_DO(count(table, "connections", 100'000, config.connections));
  TRY_DO(count(table, "connections_per_address", 100'000, config.connections_per_address));
  TRY_DO(limit(table, "wrong_keys_per_minute", config.wrong_keys_per_minute));
  TRY_DO(limit(table, "form_requests_per_minute", config.form_requests_per_minute));
  TRY_DO(public_url(table, config));
  TRY(const auto listen, text(table, "listen"));
  if (!listen) return {};
  const auto colon = listen->rfind(':');
  const auto port = colon == std::string::npos ? std::string() : listen->substr(colon + 1);
  const auto [end, error] =
      std::from_chars(port.data(), port.data() + port.size(), config.listen_port);
  if (error != std::errc() || end != port.data() + port.size() || port.empty() || colon == 0)
    return fault(table.get("listen")->source(), "\"listen\" must be \"address:port\"");
  config.listen_address = listen->substr(0, colon);
  return {};
}

// Links in it lead patients here, so nobody on the way may read or change what they send.
Result<void> Reader::public_url(const toml::table& table, Config& config) const {
  TRY(const auto given, text(table, "public_url"));
  if (!given) return {};
  const auto url = parse_url(*given);
  const bool development = config.mode == Mode::kDevelopment;
  const bool fits = url && url->target == "/" && !given->ends_with('/') &&
                    (development || url->scheme == Scheme::kHttps);
  if (!fits)
    return fault(table.get("public_url")->source(),
                 development ? "\"public_url\" must be \"https://host\" or \"http://host:port\""
                             : "\"public_url\" must be \"https://host\"");
  config.public_url = *given;
  return {};
}

Result<void> Reader::access_log(const toml::table& table, Config& config) const {
  const auto* node = table.get("access_log");
  if (node == nullptr) return {};
  if (!node->is_boolean()) return fault(node->source(), "\"access_log\" must be true or false");
  config.access_log = node->as_boolean()->get();
  return {};
}

Result<void> Reader::count(const toml::table& table, std::string_view key, std::int64_t most,
                           std::size_t& out) const {
  const auto* node = table.get(key);
  if (node == nullptr) return {};
  const auto number = node->value_exact<std::int64_t>();
  if (!number || *number < 1 || *number > most)
    return fault(node->source(),
                 in_quotes(key) + " must be a number from 1 to " + std::to_string(most));
  out = static_cast<std::size_t>(*number);
  return {};
}

Result<void> Reader::store(const toml::table& root, Config& config) const {
  const auto* node = root.get("store");
  if (node == nullptr || !node->is_table())
    return fault(node == nullptr ? root.source() : node->source(),
                 "[store] is missing; add it, with url and key_file");
  const auto& table = *node->as_table();
  TRY_DO(only(table, {"url", "key_file"}));
  TRY(const auto url, required(table, "url"));
  if (!url.starts_with(kSqlite) || url.size() == kSqlite.size())
    return fault(table.get("url")->source(), "\"url\" must be \"sqlite:path\"");
  config.store_path = resolved(url.substr(kSqlite.size()));
  TRY(const auto key_file, required(table, "key_file"));
  config.key_file = resolved(key_file);
  return {};
}

Result<void> Reader::egress(const toml::table& root, Config& config) const {
  if (config.mode == Mode::kProduction) config.egress.ports = {kHttpsPort};
  const auto* node = root.get("egress");
  if (node == nullptr) return {};
  if (!node->is_table()) return fault(node->source(), "write [egress]");
  const auto& table = *node->as_table();
  TRY_DO(only(table, {"allow", "ports", "nat64"}));
  TRY(config.egress.allow, blocks(table, "allow", parse_allowed));
  TRY(config.egress.nat64, blocks(table, "nat64", parse_nat64));
  if (table.contains("ports")) {
    TRY(config.egress.ports, ports(table));
  }
  return {};
}

Result<std::vector<std::uint16_t>> Reader::ports(const toml::table& table) const {
  constexpr std::string_view kWanted = "\"ports\" must be a list of numbers from 1 to 65535";
  const auto* node = table.get("ports");
  const auto* list = node->as_array();
  if (list == nullptr || list->empty()) return fault(node->source(), std::string(kWanted));
  std::vector<std::uint16_t> out;
  for (const auto& item : *list) {
    const auto port = item.is_integer() ? item.as_integer()->get() : 0;
    if (port < 1 || port > 65535) return fault(item.source(), std::string(kWanted));
    out.push_back(static_cast<std::uint16_t>(port));
  }
  return out;
}

template <class Block>
Result<std::vector<Block>> Reader::blocks(const toml::table& table, std::string_view key,
                                          Result<Block> (*parse)(std::string_view)) const {
  TRY(const auto listed, texts(table, key));
  std::vector<Block> out;
  for (std::size_t i = 0; i < listed.size(); ++i) {
    auto block = parse(listed[i]);
    if (!block)
      return fault(table.get_as<toml::array>(key)->get(i)->source(), block.error().detail);
    out.push_back(*std::move(block));
  }
  return out;
}

Result<std::string> Reader::key_from_file(const toml::table& table, std::string_view name,
                                          const std::string& file) const {
  std::ifstream stream(resolved(file));
  std::string key;
  if (!std::getline(stream, key) || key.empty())
    return fault(table.get(name)->source(),
                 "cannot read a key from the first line of " + resolved(file));
  while (key.ends_with('\r') || key.ends_with(' ')) key.pop_back();
  return key;
}

Result<ApiKeyConfig> Reader::api_key(const toml::table& table, Mode mode) const {
  TRY_DO(only(table, {"name", "key", "key_file", "institutions", "scopes", "expires_at",
                      "requests_per_second", "requests_per_minute", "record_requests_per_minute"}));
  ApiKeyConfig out;
  TRY(out.name, required(table, "name"));
  TRY(const auto key, text(table, "key"));
  TRY(const auto file, text(table, "key_file"));
  if (key.has_value() == file.has_value())
    return fault(table.source(), "an API key has either \"key\" or \"key_file\"");
  if (key && mode == Mode::kProduction)
    return fault(table.get("key")->source(),
                 "no key in clear in production: use \"key_file\", or `chartbell keys create`");
  if (file) {
    TRY(out.key, key_from_file(table, "key_file", *file));
  } else {
    out.key = *key;
  }
  constexpr std::size_t kKeyLengthMin = 16;
  if (out.key.size() < (mode == Mode::kProduction ? kKeyLengthMin : 1))
    return fault(table.source(),
                 "the key is too short; use one of `chartbell keys create`, or 16 random "
                 "characters at least");
  TRY(out.institutions, texts(table, "institutions"));
  if (out.institutions.empty())
    return fault(table.source(), "\"institutions\" is missing; [\"*\"] stands for all");
  TRY_DO(key_terms(table, out));
  return out;
}

Result<void> Reader::key_terms(const toml::table& table, ApiKeyConfig& out) const {
  if (table.contains("scopes")) {
    TRY(const auto names, texts(table, "scopes"));
    out.scopes = {};
    for (const auto& word : names) {
      const auto scope = scope_named(word);
      if (!scope)
        return fault(table.get("scopes")->source(),
                     "no scope " + in_quotes(word) + "; there is " + joined(scope_names()));
      out.scopes.add(*scope);
    }
    if (out.scopes.empty())
      return fault(table.get("scopes")->source(), "\"scopes\" is empty; leave it out for all");
  }
  TRY(const auto expires, text(table, "expires_at"));
  if (expires) out.expires_at = parse_utc(*expires);
  if (expires && !out.expires_at)
    return fault(table.get("expires_at")->source(),
                 "\"expires_at\" must be a time like \"2027-03-31T00:00:00Z\"");
  TRY_DO(limit(table, "requests_per_second", out.limits.per_second));
  TRY_DO(limit(table, "requests_per_minute", out.limits.per_minute));
  return limit(table, "record_requests_per_minute", out.limits.records_per_minute);
}

Result<void> Reader::limit(const toml::table& table, std::string_view key, int& out) const {
  const auto* node = table.get(key);
  if (node == nullptr) return {};
  const auto number = node->value_exact<std::int64_t>();
  if (!number || *number < 0 || *number > 1'000'000)
    return fault(node->source(),
                 in_quotes(key) + " must be a number from 0, which is no limit, to 1000000");
  out = static_cast<int>(*number);
  return {};
}

Result<InstitutionConfig> Reader::institution(const toml::table& table, Mode mode) const {
  TRY_DO(only(table, {"subdomain", "name", "locations", "sources"}));
  InstitutionConfig out;
  TRY(out.subdomain, required(table, "subdomain"));
  if (out.subdomain.find_first_of(", *") != std::string::npos)
    return fault(table.get("subdomain")->source(), "a subdomain has no comma, blank or star");
  TRY(out.name, required(table, "name"));
  TRY(const auto locations, tables(table, "locations"));
  for (const auto* entry : locations) {
    TRY(auto read, location(*entry));
    out.locations.push_back(std::move(read));
  }
  TRY(const auto sources, tables(table, "sources"));
  for (const auto* entry : sources) {
    TRY(auto read, source(*entry, mode));
    const bool twice =
        std::ranges::find(out.sources, read.name, &SourceConfig::name) != out.sources.end();
    if (twice) return fault(entry->source(), "a second source " + in_quotes(read.name));
    TRY_DO(check_locations(*entry, out, read));
    out.sources.push_back(std::move(read));
  }
  if (!out.sources.empty() && out.locations.empty())
    return fault(table.source(),
                 "an institution with sources needs [[institutions.locations]]: "
                 "their time zone is the one of the source's times");
  return out;
}

Result<LocationConfig> Reader::location(const toml::table& table) const {
  TRY_DO(only(table, {"name", "timezone", "foreign_id"}));
  LocationConfig out;
  TRY(out.name, required(table, "name"));
  TRY(out.timezone, required(table, "timezone"));
  out.position = place(table.get("timezone")->source());
  TRY(const auto foreign_id, text(table, "foreign_id"));
  out.foreign_id = foreign_id.value_or("");
  return out;
}

// A record system that pushes, or none at all: there is nothing to read, so nothing says how.
Result<SourceConfig> Reader::pushed_source(const toml::table& table) const {
  TRY_DO(only(table, {"name", "url", "emr_name", "emr_display_name", "emr_type", "locations"}));
  SourceConfig out;
  out.position = place(table.source());
  TRY(out.name, required(table, "name"));
  TRY(out.url, required(table, "url"));
  TRY(const auto emr_name, text(table, "emr_name"));
  TRY(const auto display_name, text(table, "emr_display_name"));
  TRY(const auto type, text(table, "emr_type"));
  out.emr_name = emr_name.value_or(out.is_book() ? "chartbell" : "push");
  out.emr_display_name = display_name.value_or(out.emr_name);
  out.emr_type = type.value_or("cloud");
  if (out.emr_type != "cloud" && out.emr_type != "onprem")
    return fault(table.get("emr_type")->source(), "\"emr_type\" must be \"cloud\" or \"onprem\"");
  TRY(out.locations, texts(table, "locations"));
  return out;
}

Result<void> Reader::check_locations(const toml::table& table, const InstitutionConfig& institution,
                                     const SourceConfig& source) const {
  for (const auto& wanted : source.locations)
    if (std::ranges::find(institution.locations, wanted, &LocationConfig::foreign_id) ==
        institution.locations.end())
      return fault(table.get("locations")->source(),
                   "no location of this institution has the foreign_id " + in_quotes(wanted));
  return {};
}

Result<SourceConfig> Reader::source(const toml::table& table, Mode mode) const {
  if (const auto url = table["url"].value<std::string>(); url == "push:" || url == "book:")
    return pushed_source(table);
  TRY_DO(only(table, {"name", "mapping", "url", "capture", "scan_interval", "poll_interval",
                      "audit_interval", "initial_events", "max_removals", "drop_wakeups",
                      "write_url", "write_folder", "write_key", "write_key_file", "write_doubt"}));
  SourceConfig out;
  out.position = place(table.source());
  TRY(out.name, required(table, "name"));
  TRY(const auto mapping, required(table, "mapping"));
  auto found = find_mapping(mapping, folder_);
  if (!found) return fault(table.get("mapping")->source(), found.error().detail);
  out.mapping_path = *std::move(found);
  TRY(out.url, required(table, "url"));
  out.url = resolved_url(out.url);
  TRY_DO(writing(table, mode, out));
  TRY_DO(capture(table, mode, out));
  if (const auto* node = table.get("initial_events")) {
    if (!node->is_boolean())
      return fault(node->source(), "\"initial_events\" must be true or false");
    out.initial_events = node->as_boolean()->get();
  }
  TRY_DO(removals(table, out));
  return out;
}

// How bookings are written, where they are.
Result<void> Reader::writing(const toml::table& table, Mode mode, SourceConfig& out) const {
  TRY(const auto url, text(table, "write_url"));
  out.write_url = resolved_url(url.value_or(""));
  TRY(const auto folder, text(table, "write_folder"));
  if (folder && out.write_url.empty())
    return fault(table.get("write_folder")->source(), "\"write_folder\" needs a \"write_url\"");
  if (folder) out.write_folder = resolved(*folder);
  TRY(const auto key, text(table, "write_key"));
  TRY(const auto file, text(table, "write_key_file"));
  if (key && (file || mode == Mode::kProduction))
    return fault(table.get("write_key")->source(),
                 "no key in clear in production: use \"write_key_file\" alone");
  out.write_key = key.value_or("");
  if (file) {
    TRY(out.write_key, key_from_file(table, "write_key_file", *file));
  }
  return duration(table, "write_doubt", kWriteDoubtMin, out.write_doubt);
}

Result<void> Reader::capture(const toml::table& table, Mode mode, SourceConfig& out) const {
  TRY(const auto wanted, text(table, "capture"));
  const auto known = capture_mode(wanted.value_or("auto"));
  if (!known)
    return fault(table.get("capture")->source(),
                 "\"capture\" must be one of " + known_capture_modes());
  out.capture = *known;
  TRY_DO(duration(table, "scan_interval", kScanIntervalMin, out.scan_interval));
  TRY_DO(duration(table, "poll_interval", kPollIntervalMin, out.poll_interval));
  TRY_DO(duration(table, "audit_interval", kAuditIntervalMin, out.audit_interval));
  const auto* share = table.get("drop_wakeups");
  if (share == nullptr) return {};
  if (mode == Mode::kProduction)
    return fault(share->source(), "\"drop_wakeups\" is for development only; remove it");
  out.drop_wakeups = share->value<double>().value_or(-1);
  if (out.drop_wakeups < 0 || out.drop_wakeups > 1)
    return fault(share->source(), "\"drop_wakeups\" must be a number from 0 to 1");
  return {};
}

Result<void> Reader::duration(const toml::table& table, std::string_view key, Milliseconds least,
                              Milliseconds& out) const {
  TRY(const auto given, text(table, key));
  if (!given) return {};
  const auto duration = parse_duration(*given);
  if (!duration || *duration < least)
    return fault(table.get(key)->source(),
                 in_quotes(key) + " must be a time such as \"500ms\", \"2s\" or \"5m\"; " +
                     std::to_string(least.count()) + "ms at least");
  out = *duration;
  return {};
}

Result<void> Reader::removals(const toml::table& table, SourceConfig& out) const {
  const auto* node = table.get("max_removals");
  if (node == nullptr) return {};
  if (!node->is_integer() || node->as_integer()->get() < 0)
    return fault(node->source(), "\"max_removals\" must be a number, 0 or more");
  out.max_removals = node->as_integer()->get();
  return {};
}

Result<void> Reader::check_names(const toml::table& root, const Config& config) const {
  std::set<std::string> subdomains;
  for (const auto& institution : config.institutions)
    if (!subdomains.insert(institution.subdomain).second)
      return fault(root.get("institutions")->source(),
                   "a second institution with the subdomain " + in_quotes(institution.subdomain));
  std::set<std::string> names;
  for (const auto& key : config.api_keys) {
    if (!names.insert(key.name).second)
      return fault(root.get("api_keys")->source(), "a second API key named " + in_quotes(key.name));
    for (const auto& allowed : key.institutions)
      if (allowed != "*" && !subdomains.contains(allowed))
        return fault(root.get("api_keys")->source(), "the key " + in_quotes(key.name) +
                                                         " names the unknown institution " +
                                                         in_quotes(allowed));
  }
  return {};
}

}  // namespace

std::optional<Milliseconds> parse_duration(std::string_view text) {
  std::int64_t number = 0;
  const auto* end = text.data() + text.size();
  const auto [unit, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || number < 0 || number > 1'000'000) return std::nullopt;
  const std::string_view rest(unit, static_cast<std::size_t>(end - unit));
  if (rest == "ms") return Milliseconds(number);
  if (rest == "s") return std::chrono::seconds(number);
  if (rest == "m") return std::chrono::minutes(number);
  if (rest == "h") return std::chrono::hours(number);
  return std::nullopt;
}

Result<std::string> find_mapping(const std::string& name, const std::string& config_folder) {
  if (name.find('/') != std::string::npos || name.ends_with(".toml")) {
    const auto path =
        fs::path(name).is_absolute() ? fs::path(name) : fs::path(config_folder) / name;
    if (fs::exists(path)) return path.lexically_normal().string();
    return failure(Code::kConfig,
                   "no mapping file " + path.lexically_normal().string() + "; check the path");
  }
  std::error_code ignored;
  const auto program = fs::read_symlink("/proc/self/exe", ignored).parent_path();
  std::vector<std::string> tried;
  for (const auto& folder :
       {fs::path(config_folder) / "mappings", fs::path("mappings"),
        program / ".." / ".." / "mappings", program / ".." / "share" / "chartbell" / "mappings"}) {
    const auto path = (folder / (name + ".toml")).lexically_normal();
    if (fs::exists(path)) return path.string();
    if (std::ranges::find(tried, path.string()) == tried.end()) tried.push_back(path.string());
  }
  return failure(Code::kConfig, "no mapping " + in_quotes(name) +
                                    "; name one of mappings/, or give a path; tried " +
                                    joined(tried));
}

Result<Config> parse_config(std::string_view text, const std::string& path) {
  return Reader(path).read(text);
}

Result<Config> load_config(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  if (!file || !(text << file.rdbuf()))
    return failure(Code::kConfig, "cannot read the configuration " + path + "; check the path");
  return parse_config(text.view(), path);
}

}  // namespace chartbell
