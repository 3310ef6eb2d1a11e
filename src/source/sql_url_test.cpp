#include <gtest/gtest.h>

#include "source/sql.h"
#include "support/property.h"

namespace chartbell {
namespace {

std::string shown(std::string_view url) {
  const auto connector = sql_connector(url);
  EXPECT_TRUE(connector) << url;
  return connector ? (*connector)->shown_url() : connector.error().detail;
}

TEST(SourceUrl, IsShownWithoutItsPassword) {
  EXPECT_EQ(shown("mariadb://reader:s3cret@db.example:3307/opendental"),
            "mariadb://reader@db.example:3307/opendental");
  EXPECT_EQ(shown("mariadb://reader:s3cret@db.example/opendental"),
            "mariadb://reader@db.example:3306/opendental");
  EXPECT_EQ(shown("mysql://reader@db.example/od"), "mariadb://reader@db.example:3306/od");
  EXPECT_EQ(shown("sqlite:/var/lib/practice.db"), "sqlite:/var/lib/practice.db");
  EXPECT_EQ(shown("mariadb:///od?socket=/run/my.sock&user=reader&password=s3cret").find("s3cret"),
            std::string::npos);
}

TEST(SourceUrl, OfPostgres) {
  EXPECT_EQ(shown("postgres://reader:s3cret@db.example:5433/practice?sslmode=verify-full"),
            "postgres://reader@db.example:5433/practice");
  EXPECT_EQ(shown("postgresql://reader:s3cret@db.example/practice"),
            "postgres://reader@db.example:5432/practice");
  EXPECT_EQ(shown("postgres:///practice?host=/run/pg&user=reader&password=s3cret"),
            "postgres://reader@/run/pg:5432/practice");
}

TEST(SourceUrl, PercentEncodingAndAnAtSignInThePassword) {
  EXPECT_EQ(shown("mariadb://re%40der:s%2Fcr%3a@h/od"), "mariadb://re@der@h:3306/od");
  EXPECT_EQ(shown("mariadb://reader:s3@cret@h/od"), "mariadb://reader@h:3306/od");
}

constexpr std::string_view kBadUrls[] = {
    "",
    "s3cret",
    "reader:s3cret@h/od",
    "oracle://reader:s3cret@h/od",
    "postgres://reader:s3cret@h",
    "postgres://reader:s3cret@/od",
    "postgres://reader:s3cret@h/od?host=/run",
    "postgres://reader:s3cret@h/od?sslmode=s3cret",
    "postgres://reader:s3cret@h/od?s3cret=1",
    "MARIADB://reader:s3cret@h/od",
    "mariadb:reader:s3cret@h/od",
    "sqlite:",
    "mariadb://reader:s3cret@h",
    "mariadb://reader:s3cret@h/",
    "mariadb://reader:s3cret@/od",
    "mariadb://:s3cret@h/od",
    "mariadb://reader:s3cret@h:0/od",
    "mariadb://reader:s3cret@h:65536/od",
    "mariadb://reader:s3cret@h:-1/od",
    "mariadb://reader:s3cret@h:/od",
    "mariadb://reader:s3cret@h:33o6/od",
    "mariadb://reader:s3cret%zz@h/od",
    "mariadb://reader:s3cret%4@h/od",
    "mariadb://reader:s3cret%@h/od",
    "mariadb://reader:s3cret/slash@h/od",
    "mariadb://reader:12/s3cret?x=1@h/od",
    "mariadb://reader:12/x?s3cret=1@h/od",
    "mariadb:///od?user=reader&password=s3cret",
    "mariadb:///od?socket=/s&password=s3cret",
    "mariadb:///?socket=/s&user=reader&password=s3cret",
    "mariadb://h/od?socket=/s&user=reader&password=s3cret",
    "mariadb:///od?socket=/s&user=reader&password=s3cret&tls",
    "mariadb:///od?socket=/s&user=reader&password=an&s3cret=ampersand",
    "mariadb:///od?socket=/s&user=reader&password=an&s3cret",
};

TEST(SourceUrl, BadOnesAreRefusedWithoutRepeatingThePassword) {
  for (const auto url : kBadUrls) {
    const auto connector = sql_connector(url);
    ASSERT_FALSE(connector) << url;
    EXPECT_EQ(connector.error().code, Code::kConfig) << url;
    EXPECT_EQ(connector.error().detail.find("s3cret"), std::string::npos)
        << connector.error().detail;
    EXPECT_NE(connector.error().detail.find("sqlite:path"), std::string::npos) << "an example";
  }
}

TEST(SourceUrl, AServerThatIsAwayIsToldWithoutThePassword) {
  const auto connector =
      sql_connector("mariadb:///od?socket=/nonexistent/my.sock&user=reader&password=s3cret");
  ASSERT_TRUE(connector);
  const auto connection = (*connector)->connect();
  ASSERT_FALSE(connection);
  EXPECT_EQ(connection.error().code, Code::kUnreachable);
  EXPECT_EQ(connection.error().detail.find("s3cret"), std::string::npos);
}

TEST(SourceUrl, AnyBytesAreTakenWithoutHarm) {
  check_property([] {
    const auto bytes = *any_bytes();
    const std::string scheme = *rc::gen::element("mariadb://", "postgres://");
    const auto connector = sql_connector(scheme + bytes);
    const bool sound = connector.has_value() || connector.error().code == Code::kConfig;
    RC_ASSERT(sound);
  });
}

}  // namespace
}  // namespace chartbell
