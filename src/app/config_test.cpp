#include "app/config.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/time_text.h"

namespace chartbell {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::StartsWith;

constexpr std::string_view kSample = R"toml(mode = "development"
[server]
listen = "127.0.0.1:8040"
[store]
url = "sqlite:./data/chartbell.db"
key_file = "./data/chartbell.key"
[[api_keys]]
name = "integration"
key_file = "./integration.key"
institutions = ["green-dental"]
[[institutions]]
subdomain = "green-dental"
name = "Green Dental"
  [[institutions.locations]]
  name = "Main Street"
  timezone = "America/New_York"
  foreign_id = "0"
  [[institutions.sources]]
  name = "front-office"
  mapping = "opendental"
  url = "mariadb://reader:secret@127.0.0.1:3306/opendental"
  capture = "scan"
  scan_interval = "2s"
  initial_events = false
)toml";

// A folder with what the sample names: a key and a mapping.
class ConfigTest : public testing::Test {
 protected:
  ConfigTest() {
    std::string name = (std::filesystem::temp_directory_path() / "chartbell-XXXXXX").string();
    EXPECT_NE(::mkdtemp(name.data()), nullptr);
    folder_ = name;
    std::filesystem::create_directory(folder_ / "mappings");
    std::ofstream(folder_ / "mappings" / "opendental.toml") << "\n";
    std::ofstream(folder_ / "integration.key") << "cb_key_of_the_integration \r\n";
    std::ofstream(folder_ / "short.key") << "short\n";
    std::ofstream(folder_ / "empty.key") << "\n";
  }
  ~ConfigTest() override { std::filesystem::remove_all(folder_); }

  std::string path() const { return (folder_ / "chartbell.toml").string(); }
  Result<Config> parse(std::string_view text) const { return parse_config(text, path()); }

  std::filesystem::path folder_;
};

TEST_F(ConfigTest, TheSampleIsRead) {
  std::ofstream(path()) << kSample;
  const auto config = load_config(path());
  ASSERT_TRUE(config) << config.error().detail;
  EXPECT_EQ(config->mode, Mode::kDevelopment);
  EXPECT_EQ(config->listen_address, "127.0.0.1");
  EXPECT_EQ(config->listen_port, 8040);
  EXPECT_EQ(std::filesystem::path(config->store_path).lexically_normal(),
            folder_ / "data" / "chartbell.db");
  EXPECT_EQ(std::filesystem::path(config->key_file).lexically_normal(),
            folder_ / "data" / "chartbell.key");
  ASSERT_EQ(config->api_keys.size(), 1U);
  EXPECT_EQ(config->api_keys[0].name, "integration");
  EXPECT_EQ(config->api_keys[0].key, "cb_key_of_the_integration");
  EXPECT_EQ(config->api_keys[0].institutions, std::vector<std::string>{"green-dental"});
  ASSERT_EQ(config->institutions.size(), 1U);
  const auto& institution = config->institutions[0];
  EXPECT_EQ(institution.subdomain, "green-dental");
  EXPECT_EQ(institution.name, "Green Dental");
  ASSERT_EQ(institution.locations.size(), 1U);
  EXPECT_EQ(institution.locations[0].timezone, "America/New_York");
  EXPECT_EQ(institution.locations[0].foreign_id, "0");
  EXPECT_EQ(institution.locations[0].position, path() + ":16");
  ASSERT_EQ(institution.sources.size(), 1U);
  const auto& source = institution.sources[0];
  EXPECT_EQ(source.name, "front-office");
  EXPECT_EQ(source.mapping_path, (folder_ / "mappings" / "opendental.toml").string());
  EXPECT_EQ(source.url, "mariadb://reader:secret@127.0.0.1:3306/opendental");
  EXPECT_EQ(source.capture, CaptureMode::kScan);
  EXPECT_EQ(source.scan_interval, 2s);
  EXPECT_EQ(source.poll_interval, 500ms);
  EXPECT_EQ(source.audit_interval, 1h);
  EXPECT_FALSE(source.initial_events);
  EXPECT_EQ(source.max_removals, std::nullopt);
  EXPECT_EQ(source.position, path() + ":18");
}

// The sample with another source in place of its own.
std::string with_source(std::string_view lines) {
  const std::string_view sample = kSample;
  constexpr std::string_view kTable = "[[institutions.sources]]\n";
  return std::string(sample.substr(0, sample.find(kTable) + kTable.size())) + std::string(lines);
}

TEST_F(ConfigTest, ASourceMayBePushed) {
  const auto plain = parse(with_source("name = \"vendor\"\nurl = \"push:\"\n"));
  ASSERT_TRUE(plain) << plain.error().detail;
  const auto& vendor = plain->institutions[0].sources[0];
  EXPECT_TRUE(vendor.is_push() && vendor.is_pushed() && !vendor.is_book());
  EXPECT_EQ(vendor.emr_name, "push");
  EXPECT_EQ(vendor.emr_type, "cloud");
  const auto whole = parse(
      with_source("name = \"desk\"\nurl = \"book:\"\nemr_name = \"paper\"\nemr_type = \"onprem\"\n"
                  "locations = [\"0\"]\n"));
  ASSERT_TRUE(whole) << whole.error().detail;
  const auto& desk = whole->institutions[0].sources[0];
  EXPECT_TRUE(desk.is_book());
  EXPECT_EQ(desk.emr_display_name, "paper");
  EXPECT_EQ(desk.locations, std::vector<std::string>{"0"});
}

TEST_F(ConfigTest, APushedSourceHasNothingToBeReadBy) {
  const auto fault = [&](std::string_view lines) {
    return parse(with_source("name = \"vendor\"\nurl = \"push:\"\n" + std::string(lines)))
        .error()
        .detail;
  };
  EXPECT_EQ(fault("mapping = \"opendental\"\n"),
            path() +
                ":21: unknown key \"mapping\"; known here: name, url, emr_name, "
                "emr_display_name, emr_type, locations");
  EXPECT_EQ(fault("emr_type = \"fog\"\n"),
            path() + ":21: \"emr_type\" must be \"cloud\" or \"onprem\"");
  EXPECT_EQ(fault("locations = [\"9\"]\n"),
            path() + ":21: no location of this institution has the foreign_id \"9\"");
}

TEST_F(ConfigTest, AKeyMayHaveTerms) {
  std::string text(kSample);
  constexpr std::string_view kInstitutions = "institutions = [\"green-dental\"]\n";
  text.insert(text.find(kInstitutions),
              "scopes = [\"webhooks\", \"read\"]\nexpires_at = \"2027-03-31T00:00:00Z\"\n"
              "requests_per_second = 0\nrequests_per_minute = 5\n"
              "record_requests_per_minute = 6\n");
  text.replace(text.find("[server]"), 8, "[server]\naccess_log = false");
  const auto config = parse(text);
  ASSERT_TRUE(config) << config.error().detail;
  EXPECT_FALSE(config->access_log);
  const auto& key = config->api_keys.at(0);
  EXPECT_EQ(key.scopes.text(), "read,webhooks");
  EXPECT_EQ(key.expires_at, parse_utc("2027-03-31T00:00:00.000Z"));
  EXPECT_EQ(key.limits, (RateLimits{0, 6, 5}));
}

TEST_F(ConfigTest, WhatIsNotGivenHasADefault) {
  const auto config = parse("[store]\nurl = \"sqlite:/a/b.db\"\nkey_file = \"/a/key\"\n");
  ASSERT_TRUE(config) << config.error().detail;
  EXPECT_EQ(config->mode, Mode::kDevelopment);
  EXPECT_EQ(config->listen_address, "127.0.0.1");
  EXPECT_EQ(config->listen_port, 8040);
  EXPECT_TRUE(config->access_log);
  EXPECT_EQ(config->store_path, "/a/b.db");
  EXPECT_EQ(config->key_file, "/a/key");
}

TEST_F(ConfigTest, NothingIsDroppedOnPurposeInProduction) {
  std::string text(kSample);
  text += "  drop_wakeups = 0.01\n";
  EXPECT_EQ(parse(text)->institutions[0].sources[0].drop_wakeups, 0.01);
  text.replace(text.find("development"), 11, "production");
  const auto config = parse(text);
  ASSERT_FALSE(config);
  EXPECT_NE(config.error().detail.find("development only"), std::string::npos);
}

TEST_F(ConfigTest, ThreadsAreAFew) {
  std::string plain(kSample);
  EXPECT_EQ(parse(plain)->source_threads, 8U);
  EXPECT_EQ(parse(plain)->delivery_threads, 0U);
  const auto without_server = [](std::string text) {
    const auto at = text.find("[server]");
    return at == std::string::npos ? text : text.erase(at, text.find("[store]") - at);
  };
  EXPECT_EQ(parse(without_server(plain) + "[server]\nsource_threads = 2\n")->source_threads, 2U);
  EXPECT_EQ(parse(without_server(plain) + "[server]\ndelivery_threads = 3\n")->delivery_threads,
            3U);
  for (const char* wrong : {"0", "257", "\"8\"", "-1"})
    for (const std::string key : {"source_threads", "delivery_threads"})
      EXPECT_FALSE(parse(without_server(plain) + "[server]\n" + key + " = " + wrong + "\n"))
          << key << wrong;
}

TEST_F(ConfigTest, EgressIsOpenedByTheFileAlone) {
  std::string text(kSample);
  EXPECT_TRUE(parse(text)->egress.allow.empty());
  EXPECT_TRUE(parse(text)->egress.ports.empty());
  text.replace(text.find("development"), 11, "production");
  EXPECT_EQ(parse(text)->egress.ports, std::vector<std::uint16_t>{443});
  const auto config = parse(text + R"toml([egress]
allow = ["10.1.2.0/24:8443", "192.168.7.9", "[fd12::1]:9443"]
ports = [443, 8443]
nat64 = ["2a00:64::/96"]
)toml");
  ASSERT_TRUE(config) << config.error().detail;
  const AllowedBlock with_port{{Ipv4{10, 1, 2, 0}, 24}, 8443};
  const AllowedBlock without{{Ipv4{192, 168, 7, 9}, 32}, 0};
  ASSERT_EQ(config->egress.allow.size(), 3U);
  EXPECT_EQ(config->egress.allow[0], with_port);
  EXPECT_EQ(config->egress.allow[1], without);
  EXPECT_EQ(config->egress.allow[2].port, 9443);
  EXPECT_EQ(config->egress.ports, (std::vector<std::uint16_t>{443, 8443}));
  EXPECT_EQ(config->egress.nat64, std::vector{*parse_nat64("2a00:64::/96")});
}

TEST_F(ConfigTest, AnAbsentFileIsNamed) {
  const auto config = load_config(path());
  ASSERT_FALSE(config);
  EXPECT_EQ(config.error().code, Code::kConfig);
  EXPECT_THAT(config.error().detail, HasSubstr(path()));
}

// The sample with one line replaced, and what is said of it.
struct Wrong {
  std::string_view name;
  int line;  // the one replaced, from 1
  std::string_view text;
  int told_line;
  std::string_view hint;
};

const Wrong kWrong[] = {
    {"UnknownMode", 1, R"(mode = "test")", 1, R"("development" or "production")"},
    {"ModeIsNoText", 1, "mode = 1", 1, R"("mode" must be a text)"},
    {"UnknownRootKey", 1, "modes = 1", 1, R"(did you mean "mode")"},
    {"UnclosedQuote", 1, R"(mode = "development)", 1, "check the quotes"},
    {"ServerIsNoTable", 2, "[[server]]", 2, "[server]"},
    {"UnknownServerKey", 3, R"(liste = "127.0.0.1:80")", 3, R"(did you mean "listen")"},
    {"ListenWithoutPort", 3, R"(listen = "127.0.0.1")", 3, R"("address:port")"},
    {"ListenWithoutNumber", 3, R"(listen = "127.0.0.1:http")", 3, R"("address:port")"},
    {"ListenPortTooBig", 3, R"(listen = "127.0.0.1:65536")", 3, R"("address:port")"},
    {"ListenPortEmpty", 3, R"(listen = "127.0.0.1:")", 3, R"("address:port")"},
    {"ListenWithoutAddress", 3, R"(listen = ":8040")", 3, R"("address:port")"},
    {"ListenIsNoText", 3, "listen = 8040", 3, R"("listen" must be a text)"},
    {"NoConnections", 3, "connections = 0", 3, "from 1 to 100000"},
    {"TooManyOfAnAddress", 3, "connections_per_address = 100001", 3, "from 1 to 100000"},
    {"PublicPath", 3, "public_url = \"https://forms.example/x\"", 3, "must be \"https://host\""},
    {"PublicBlank", 3, "public_url = \"https://forms example\"", 3, "must be \"https://host\""},
    {"WrongKeysBelowNone", 3, "wrong_keys_per_minute = -1", 3, "no limit"},
    {"FormRequestsBelowNone", 3, "form_requests_per_minute = -1", 3, "no limit"},
    {"AccessLogIsNoFlag", 3, "access_log = \"on\"", 3, "true or false"},
    {"UnknownScope", 9, "key = \"a\"\nscopes = [\"reads\"]", 10,
     "read, write, webhooks.read, webhooks, operate"},
    {"NoScope", 9, "key = \"a\"\nscopes = []", 10, "leave it out for all"},
    {"ScopesAreNoList", 9, "key = \"a\"\nscopes = \"read\"", 10, "list of texts"},
    {"ExpiresAtNoTime", 9, "key = \"a\"\nexpires_at = \"tomorrow\"", 10, "must be a time"},
    {"LimitBelowNone", 9, "key = \"a\"\nrequests_per_second = -1", 10, "no limit"},
    {"LimitIsNoNumber", 9, "key = \"a\"\nrequests_per_minute = \"9\"", 10, "no limit"},
    {"NoStore", 4, "[stores]", 4, R"(did you mean "store")"},
    {"StoreIsNoSqlite", 5, R"(url = "postgres://a")", 5, "sqlite:path"},
    {"StoreWithoutPath", 5, R"(url = "sqlite:")", 5, "sqlite:path"},
    {"StoreWithoutUrl", 5, "", 4, R"("url" is missing)"},
    {"StoreWithoutKeyFile", 6, "", 4, R"("key_file" is missing)"},
    {"KeyFileEmpty", 6, R"(key_file = "")", 4, R"("key_file" is missing)"},
    {"EgressIsNoTable", 6, "key_file = \"a\"\n[[egress]]", 7, "[egress]"},
    {"UnknownEgressKey", 6, "key_file = \"a\"\n[egress]\nalow = []", 8, R"(did you mean "allow")"},
    {"AllowIsNoList", 6, "key_file = \"a\"\n[egress]\nallow = \"10.1.2.3\"", 8, "list of texts"},
    {"AllowIsNoAddress", 6, "key_file = \"a\"\n[egress]\nallow = [\n\"10.1.2.3\",\n\"clinic\"]", 10,
     R"("clinic" is no address)"},
    {"AllowHasBitsBehind", 6, "key_file = \"a\"\n[egress]\nallow = [\"10.1.2.3/24\"]", 8,
     "bits set behind"},
    {"AllowIsLinkLocal", 6, "key_file = \"a\"\n[egress]\nallow = [\"169.254.169.254\"]", 8,
     "cannot be allowed"},
    {"AllowIsEverything", 6, "key_file = \"a\"\n[egress]\nallow = [\"0.0.0.0/0\"]", 8,
     "cannot be allowed"},
    {"PortsAreNoList", 6, "key_file = \"a\"\n[egress]\nports = 443", 8, "list of numbers"},
    {"PortsAreEmpty", 6, "key_file = \"a\"\n[egress]\nports = []", 8, "list of numbers"},
    {"PortIsTooBig", 6, "key_file = \"a\"\n[egress]\nports = [443, 65536]", 8, "1 to 65535"},
    {"Nat64IsIpv4", 6, "key_file = \"a\"\n[egress]\nnat64 = [\"10.0.0.0/8\"]", 8, "NAT64"},
    {"Nat64IsOfAnotherLength", 6, "key_file = \"a\"\n[egress]\nnat64 = [\"2a00:1::/33\"]", 8,
     "NAT64"},
    {"KeysAreNoList", 7, "[api_keys]", 7, "[[api_keys]]"},
    {"KeyWithoutName", 8, "", 7, R"("name" is missing)"},
    {"KeyFileAbsent", 9, R"(key_file = "./absent.key")", 9, "absent.key"},
    {"KeyFileOfNoKey", 9, R"(key_file = "./empty.key")", 9, "cannot read a key"},
    {"NeitherKeyNorFile", 9, "", 7, R"(either "key" or "key_file")"},
    {"KeyAndFile", 9, "key = \"a\"\nkey_file = \"integration.key\"", 7, "either"},
    {"KeyEmpty", 9, R"(key = "")", 7, "too short"},
    {"InstitutionsAreNoList", 10, R"(institutions = "*")", 10, "must be a list of texts"},
    {"InstitutionIsNoText", 10, "institutions = [1]", 10, "must be a list of texts"},
    {"NoInstitutions", 10, "institutions = []", 7, R"(["*"])"},
    {"UnknownInstitution", 10, R"(institutions = ["blue"])", 7, R"("blue")"},
    {"NoSubdomain", 12, "", 11, R"("subdomain" is missing)"},
    {"SubdomainWithAComma", 12, R"(subdomain = "a,b")", 12, "no comma"},
    {"SubdomainIsAStar", 12, R"(subdomain = "*")", 12, "star"},
    {"InstitutionWithoutName", 13, "", 11, R"("name" is missing)"},
    {"LocationWithoutZone", 16, "", 14, R"("timezone" is missing)"},
    {"UnknownLocationKey", 16, R"(timezon = "UTC")", 16, R"(did you mean "timezone")"},
    {"ForeignIdIsANumber", 17, "foreign_id = 0", 17, R"("foreign_id" must be a text)"},
    {"SourceWithoutMapping", 20, "", 18, R"("mapping" is missing)"},
    {"UnknownMapping", 20, R"(mapping = "nothing")", 20, "tried"},
    {"MappingFileAbsent", 20, R"(mapping = "./nothing.toml")", 20, "check the path"},
    {"SourceWithoutUrl", 21, "", 18, R"("url" is missing)"},
    {"UnknownCapture", 22, R"(capture = "binlog")", 22, R"("log", "slot", "poll", "scan")"},
    {"PollIntervalTooShort", 24, R"(poll_interval = "49ms")", 24, "50ms at least"},
    {"AuditIntervalTooShort", 24, R"(audit_interval = "900ms")", 24, "1000ms at least"},
    {"MoreIsDroppedThanThereIs", 24, "drop_wakeups = 1.5", 24, "from 0 to 1"},
    {"IntervalWithoutUnit", 23, R"(scan_interval = "2")", 23, R"("500ms")"},
    {"IntervalTooShort", 23, R"(scan_interval = "19ms")", 23, "20ms at least"},
    {"IntervalIsANumber", 23, "scan_interval = 2", 23, "must be a text"},
    {"InitialEventsIsAText", 24, R"(initial_events = "no")", 24, "true or false"},
    {"MaxRemovalsIsNegative", 24, "max_removals = -1", 24, "0 or more"},
    {"UnknownSourceKey", 24, "initial_event = true", 24, R"(did you mean "initial_events")"},
    {"AKeyTwice", 24, R"(scan_interval = "3s")", 24, "check"},
};

class WrongConfigTest : public ConfigTest, public testing::WithParamInterface<Wrong> {
 protected:
  static std::string changed(const Wrong& wrong) {
    std::string out;
    std::string_view rest = kSample;
    for (int line = 1; !rest.empty(); ++line) {
      const auto one = rest.substr(0, rest.find('\n'));
      rest.remove_prefix(one.size() + 1);
      out += line == wrong.line ? wrong.text : one;
      out += '\n';
    }
    return out;
  }
};

TEST_P(WrongConfigTest, IsRefusedWithItsLineAndAHint) {
  const auto config = parse(changed(GetParam()));
  ASSERT_FALSE(config);
  EXPECT_EQ(config.error().code, Code::kConfig);
  EXPECT_THAT(config.error().detail,
              StartsWith(path() + ":" + std::to_string(GetParam().told_line) + ": "));
  EXPECT_THAT(config.error().detail, HasSubstr(std::string(GetParam().hint)));
  EXPECT_EQ(config.error().detail.find('\n'), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(Files, WrongConfigTest, testing::ValuesIn(kWrong),
                         [](const auto& info) { return std::string(info.param.name); });

TEST_F(ConfigTest, NamesAreGivenOnce) {
  const std::string sample(kSample);
  const auto said = [&](const std::string& more) {
    const auto config = parse(sample + more);
    return config ? std::string("fine") : config.error().detail;
  };
  EXPECT_EQ(said(""), "fine");
  EXPECT_THAT(said("[[institutions]]\nsubdomain = \"green-dental\"\nname = \"Again\"\n"),
              HasSubstr("a second institution with the subdomain \"green-dental\""));
  EXPECT_THAT(said("[[api_keys]]\nname = \"integration\"\nkey = \"b\"\ninstitutions = [\"*\"]\n"),
              HasSubstr("a second API key named \"integration\""));
  EXPECT_THAT(said("  [[institutions.sources]]\n  name = \"front-office\"\n  mapping = "
                   "\"opendental\"\n  url = \"sqlite:a\"\n"),
              StartsWith(path() + ":25: a second source \"front-office\""));
}

TEST_F(ConfigTest, ASourceNeedsALocation) {
  std::string text(kSample);
  const auto from = text.find("  [[institutions.locations]]");
  text.erase(from, text.find("  [[institutions.sources]]") - from);
  const auto config = parse(text);
  ASSERT_FALSE(config);
  EXPECT_THAT(config.error().detail, HasSubstr("[[institutions.locations]]"));
}

TEST_F(ConfigTest, ProductionTakesNoKeyInClearAndNoShortOne) {
  const auto said = [&](std::string_view key) {
    std::string text(kSample);
    text.replace(text.find("development"), 11, "production");
    text.replace(text.find("key_file = \"./integration.key\""), 30, key);
    const auto config = parse(text);
    return config ? std::string("fine") : config.error().detail;
  };
  EXPECT_EQ(said("key_file = \"./integration.key\""), "fine");
  EXPECT_THAT(said("key = \"a_key_that_is_long_enough\""),
              StartsWith(path() + ":9: no key in clear"));
  EXPECT_THAT(said("key_file = \"./short.key\""), HasSubstr("too short"));
}

TEST_F(ConfigTest, AnErrorNeverRepeatsAKey) {
  std::string text(kSample);
  text.replace(text.find("development"), 11, "production");
  text.replace(text.find("key_file = \"./integration.key\""), 30, "key = \"cb_secret_secret\"");
  EXPECT_THAT(parse(text).error().detail, testing::Not(HasSubstr("cb_secret")));
}

TEST_F(ConfigTest, PathsOfSqliteSourcesAreRelativeToTheFile) {
  std::string text(kSample);
  const std::string url = "mariadb://reader:secret@127.0.0.1:3306/opendental";
  text.replace(text.find(url), url.size(), "sqlite:practice.db");
  EXPECT_EQ(parse(text)->institutions[0].sources[0].url,
            "sqlite:" + (folder_ / "practice.db").string());
}

TEST(DurationTest, ANumberAndAUnitAreADuration) {
  EXPECT_EQ(parse_duration("500ms"), 500ms);
  EXPECT_EQ(parse_duration("2s"), 2s);
  EXPECT_EQ(parse_duration("5m"), 5min);
  EXPECT_EQ(parse_duration("1h"), 1h);
  EXPECT_EQ(parse_duration("0s"), 0s);
}

TEST(DurationTest, NothingElseIs) {
  for (const auto* text : {"", "5", "s", "ms", "-1s", "+1s", " 1s", "1 s", "1s ", "1.5s", "1d",
                           "1S", "1min", "1000001s", "99999999999999999999s", "1s1s"})
    EXPECT_EQ(parse_duration(text), std::nullopt) << text;
}

}  // namespace
}  // namespace chartbell
