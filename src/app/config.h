// The configuration file: TOML, checked whole, every error with its file:line.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "api/ports.h"
#include "base/clock.h"
#include "base/result.h"
#include "net/address_policy.h"
#include "source/capture_choice.h"

namespace chartbell {

// Development allows http:// to loopback, keys in clear and a key file made at first start.
enum class Mode : std::uint8_t { kDevelopment, kProduction };

struct ApiKeyConfig {
  std::string name;
  std::string key;  // read from key_file where that was given
  std::vector<std::string> institutions;
  Scopes scopes = Scopes::all();
  std::optional<WallTime> expires_at{};
  RateLimits limits{};
};

struct LocationConfig {
  std::string name;
  std::string timezone;
  std::string foreign_id;
  std::string position;  // "chartbell.toml:16"
};

struct SourceConfig {
  std::string name;
  std::string mapping_path;
  std::string url;
  std::string write_url;     // where bookings are written; empty: nowhere
  std::string write_folder;  // where a record system keeps the files of documents
  std::string write_key;     // the whole Authorization of a REST interface
  Milliseconds write_doubt{60'000};
  CaptureMode capture = CaptureMode::kAuto;
  Milliseconds scan_interval{2000};  // where there is no capture
  Milliseconds poll_interval{500};
  Milliseconds audit_interval{3'600'000};
  bool initial_events = false;
  std::optional<std::int64_t> max_removals{};
  double drop_wakeups = 0;  // the share that is lost on purpose; development only
  std::string position;     // "chartbell.toml:21"

  // Of those that are pushed; the url says so, and there is no mapping.
  bool is_push() const { return url == "push:"; }
  bool is_book() const { return url == "book:"; }
  bool is_pushed() const { return is_push() || is_book(); }
  std::string emr_name{};
  std::string emr_display_name{};
  std::string emr_type{};
  std::vector<std::string> locations{};  // foreign ids; empty: all of the institution
};

struct InstitutionConfig {
  std::string subdomain;
  std::string name;
  std::vector<LocationConfig> locations;
  std::vector<SourceConfig> sources;
};

struct Config {
  Mode mode = Mode::kDevelopment;
  std::string listen_address = "127.0.0.1";
  std::uint16_t listen_port = 8040;
  std::string public_url{};          // where patients reach it; empty: forms have no links
  std::size_t source_threads = 8;    // on which all sources take their turns
  std::size_t delivery_threads = 0;  // 0: one for each processor, four at most
  bool access_log = true;            // a line a request
  std::size_t connections = 4096;    // of clients, at a time
  std::size_t connections_per_address = 256;
  int wrong_keys_per_minute = 10;      // that one address may try; 0: any number
  int form_requests_per_minute = 120;  // of patients' pages, of one address; 0: any number
  std::string store_path;
  std::string key_file;
  EgressRules egress;  // without the machine's own addresses
  std::vector<ApiKeyConfig> api_keys;
  std::vector<InstitutionConfig> institutions;
};

// Paths in the file are relative to its folder. kConfig with "FILE:LINE: what is wrong, what is
// wanted" for unknown keys, wrong types, missing or contradictory settings.
Result<Config> load_config(const std::string& path);
Result<Config> parse_config(std::string_view text, const std::string& path);

// "500ms", "2s", "5m", "1h"; nothing for anything else.
std::optional<Milliseconds> parse_duration(std::string_view text);

// The file of a mapping that is named like one of mappings/, or is a path itself. Looked for beside
// the configuration, in the working folder and where Chartbell is installed. kConfig with the
// places tried.
Result<std::string> find_mapping(const std::string& name, const std::string& config_folder);

}  // namespace chartbell
