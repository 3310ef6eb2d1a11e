#include "net/url.h"

#include <gtest/gtest.h>

namespace chartbell {
namespace {

using namespace std::string_view_literals;

struct Good {
  std::string_view text;
  Scheme scheme;
  std::string_view host;
  int port;
  std::string_view target;
  std::string_view authority;
};

const Good kGood[] = {
    {"https://example.com", Scheme::kHttps, "example.com", 443, "/", "example.com"},
    {"http://example.com", Scheme::kHttp, "example.com", 80, "/", "example.com"},
    {"HTTPS://Example.COM/Hook", Scheme::kHttps, "example.com", 443, "/Hook", "example.com"},
    {"https://example.com.", Scheme::kHttps, "example.com", 443, "/", "example.com"},
    {"https://example.com?a=b", Scheme::kHttps, "example.com", 443, "/?a=b", "example.com"},
    {"https://example.com/a%20b?c=%2F", Scheme::kHttps, "example.com", 443, "/a%20b?c=%2F",
     "example.com"},
    {"https://example.com/%2e%2e/a", Scheme::kHttps, "example.com", 443, "/%2e%2e/a",
     "example.com"},
    {"https://example.com:443/", Scheme::kHttps, "example.com", 443, "/", "example.com"},
    {"http://example.com:443/", Scheme::kHttp, "example.com", 443, "/", "example.com:443"},
    {"https://example.com:8443/a", Scheme::kHttps, "example.com", 8443, "/a", "example.com:8443"},
    {"https://example.com:65535", Scheme::kHttps, "example.com", 65535, "/", "example.com:65535"},
    {"http://localhost:9000/hook", Scheme::kHttp, "localhost", 9000, "/hook", "localhost:9000"},
    {"https://my_service/", Scheme::kHttps, "my_service", 443, "/", "my_service"},
    {"https://xn--bcher-kva.example/", Scheme::kHttps, "xn--bcher-kva.example", 443, "/",
     "xn--bcher-kva.example"},
    {"https://1.2.3.4/", Scheme::kHttps, "1.2.3.4", 443, "/", "1.2.3.4"},
    {"https://1.2.3.4./", Scheme::kHttps, "1.2.3.4", 443, "/", "1.2.3.4"},
    {"https://127.0.0.1:80/", Scheme::kHttps, "127.0.0.1", 80, "/", "127.0.0.1:80"},
    {"https://4.example/", Scheme::kHttps, "4.example", 443, "/", "4.example"},
    {"https://0x7f.example/", Scheme::kHttps, "0x7f.example", 443, "/", "0x7f.example"},
    {"https://[::1]/", Scheme::kHttps, "::1", 443, "/", "[::1]"},
    {"https://[2001:DB8:0::1]:8443/a", Scheme::kHttps, "2001:db8::1", 8443, "/a",
     "[2001:db8::1]:8443"},
    {"https://[::ffff:7f00:1]/", Scheme::kHttps, "::ffff:127.0.0.1", 443, "/",
     "[::ffff:127.0.0.1]"},
    {"https://example.com/a@b:c", Scheme::kHttps, "example.com", 443, "/a@b:c", "example.com"},
    {"https://example.com//a/../b", Scheme::kHttps, "example.com", 443, "//a/../b", "example.com"},
};

const std::string_view kBad[] = {
    "",
    "example.com",
    "//example.com/",
    "https:/example.com",
    "https:example.com",
    "https://",
    "https:///path",
    "https://?a",
    "https://.",
    "https://..",
    "ftp://example.com/",
    "file:///etc/passwd",
    "javascript:alert(1)",
    " https://example.com/",
    "https://example.com/ ",
    "https://example.com/a b",
    "https://exa mple.com/",
    "https://example.com/\n",
    "https://example.com/\r\nX: y",
    "https://example.com\t/",
    "https://example.com/\x7f",
    "https://user@example.com/",
    "https://user:secret@example.com/",
    "https://@example.com/",
    "https://example.com@10.0.0.1/",
    "https://example.com/#part",
    "https://example.com#part",
    "https://example.com\\@10.0.0.1/",
    "https://example.com/a\\b",
    "https:\\\\example.com/",
    "https://ex%61mple.com/",
    "https://%31%32%37.0.0.1/",
    "https://127.0.0%2e1/",
    "https://b\xc3\xbc"
    "cher.example/",
    "https://\xe2\x91\xa0.example/",
    "https://example.com/\xc3\xbc",
    "https://example.com/%",
    "https://example.com/%2",
    "https://example.com/%zz",
    "https://example.com/\"<>",
    "https://example..com/",
    "https://.example.com/",
    "https://example.com../",
    "https://-example.com/",
    "https://example-.com/",
    "https://exa*mple.com/",
    "https://example.com:/",
    "https://example.com:0/",
    "https://example.com:00443/",
    "https://example.com:65536/",
    "https://example.com:99999999999/",
    "https://example.com:-1/",
    "https://example.com:+443/",
    "https://example.com:44 3/",
    "https://example.com:443:443/",
    "https://127.1/",
    "https://127.1./",
    "https://0x7f.1/",
    "https://0x7f000001/",
    "https://0X7F.0.0.1/",
    "https://0x/",
    "https://2130706433/",
    "https://017700000001/",
    "https://0177.0.0.1/",
    "https://127.0.0.01/",
    "https://127.0.0.0x1/",
    "https://256.0.0.1/",
    "https://1.2.3.4.5/",
    "https://1.2.3/",
    "https://example.1/",
    "https://example.0x1f/",
    "https://[::1/",
    "https://::1/",
    "https://[]/",
    "https://[::1]x/",
    "https://[::1]443/",
    "https://[::1%25eth0]/",
    "https://[fe80::1%eth0]/",
    "https://[127.0.0.1]/",
    "https://[example.com]/",
    "https://[1:2:3:4:5:6:7:8:9]/",
    "https://[v1.a]/",
};

TEST(Url, TakenApartWhereAllReadersAgree) {
  for (const Good& good : kGood) {
    const auto url = parse_url(good.text);
    ASSERT_TRUE(url) << good.text << ": " << url.error().detail;
    EXPECT_EQ(url->scheme, good.scheme) << good.text;
    EXPECT_EQ(url->host, good.host) << good.text;
    EXPECT_EQ(url->port, good.port) << good.text;
    EXPECT_EQ(url->target, good.target) << good.text;
    EXPECT_EQ(url->authority(), good.authority) << good.text;
  }
}

TEST(Url, RefusedWhereReadersCouldDiffer) {
  for (const std::string_view text : kBad) {
    const auto url = parse_url(text);
    ASSERT_FALSE(url) << text;
    EXPECT_EQ(url.error().code, Code::kInvalid) << text;
    EXPECT_FALSE(url.error().detail.empty()) << text;
  }
}

TEST(Url, AZeroByteHidesNothing) {
  EXPECT_FALSE(parse_url("https://example.com\0.evil.example/"sv));
  EXPECT_FALSE(parse_url("https://example.com/a\0b"sv));
  EXPECT_FALSE(parse_url("https://127.0.0.1\0/"sv));
}

TEST(Url, EveryControlCharacterIsRefusedEverywhere) {
  for (int c = 0; c <= 0x20; ++c)
    for (const char* form : {"https://exa*mple.com/", "https://example.com/*", "*https://a.example",
                             "https://a.example:4*43/", "https://a.example/?*"}) {
      std::string text = form;
      text[text.find('*')] = static_cast<char>(c);
      EXPECT_FALSE(parse_url(text)) << c << " in " << form;
    }
}

TEST(Url, LengthsAreBounded) {
  const std::string label(63, 'a');
  const std::string longest = label + '.' + label + '.' + label + '.' + std::string(61, 'a');
  ASSERT_EQ(longest.size(), 253U);
  EXPECT_TRUE(parse_url("https://" + longest + "/"));
  EXPECT_TRUE(parse_url("https://" + longest + "./"));
  EXPECT_FALSE(parse_url("https://" + longest + "a/"));
  EXPECT_FALSE(parse_url("https://" + label + "a.example/"));

  const std::string_view start = "https://example.com/";
  EXPECT_TRUE(parse_url(std::string(start) + std::string(2048 - start.size(), 'a')));
  EXPECT_FALSE(parse_url(std::string(start) + std::string(2049 - start.size(), 'a')));
}

TEST(Url, ParsingItsOwnTextGivesTheSameUrl) {
  for (const Good& good : kGood) {
    const auto url = parse_url(good.text);
    if (!url) continue;
    const std::string scheme = url->scheme == Scheme::kHttps ? "https://" : "http://";
    const auto again = parse_url(scheme + url->authority() + url->target);
    ASSERT_TRUE(again) << good.text;
    EXPECT_EQ(*again, *url) << good.text;
  }
}

}  // namespace
}  // namespace chartbell
