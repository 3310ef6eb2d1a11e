#include "forms/html.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "support/property.h"

namespace chartbell {
namespace {

std::string written(Html&& html) {
  constexpr std::string_view kDoctype = "<!DOCTYPE html>\n";
  auto out = std::move(html).take();
  EXPECT_TRUE(out.starts_with(kDoctype));
  return out.substr(kDoctype.size(), out.size() - kDoctype.size() - 1);
}

TEST(Html, TextIsNeverMarkup) {
  Html html;
  html.element("p", {}, "<script>alert('1')</script> & \"more\"");
  EXPECT_EQ(written(std::move(html)),
            "<p>&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt; &amp; &quot;more&quot;</p>");
}

TEST(Html, AnAttributeCannotEnd) {
  Html html;
  html.single("input", {{"value", "\" onfocus='x' <b>"}});
  EXPECT_EQ(written(std::move(html)), "<input value=\"&quot; onfocus=&#39;x&#39; &lt;b&gt;\">");
}

TEST(Html, AttributesAreLeftOutOrSayAllByBeingThere) {
  Html html;
  html.single("input", {{"checked", true},
                        {"disabled", false},
                        {"value", std::string()},
                        {"aria-label", std::optional<std::string>()}});
  EXPECT_EQ(written(std::move(html)), "<input checked value>");
}

TEST(Html, ElementsNest) {
  Html html;
  html.open("div").open("p").text("a").close().close();
  EXPECT_EQ(written(std::move(html)), "<div><p>a</p></div>");
}

TEST(Html, ATextAreaKeepsItsFirstLineBreak) {
  Html html;
  html.element("textarea", {}, "\nx");
  EXPECT_EQ(written(std::move(html)), "<textarea>\n\nx</textarea>");
}

TEST(Html, ParagraphsAreWhereBlankLinesAre) {
  Html html;
  html.paragraphs({{"class", "a"}}, "one\r\ntwo\n\n\n<three>\n");
  EXPECT_EQ(written(std::move(html)),
            "<p class=\"a\">one<br>two</p><p class=\"a\">&lt;three&gt;</p>");
}

TEST(Html, LinesWithADashAreAList) {
  Html html;
  html.paragraphs({}, "I know:\n- <one>\n- two\nand\n\n- three");
  EXPECT_EQ(written(std::move(html)),
            "<p>I know:</p><ul><li>&lt;one&gt;</li><li>two</li></ul><p>and</p>"
            "<ul><li>three</li></ul>");
}

TEST(Html, NoBytesAreMarkup) {
  check_property([] {
    const auto bytes = *any_bytes();
    Html html;
    html.element("p", {{"title", bytes}}, bytes);
    auto out = written(std::move(html));
    RC_ASSERT(std::ranges::count(out, '<') == 2);
    RC_ASSERT(std::ranges::count(out, '>') == 2);
    RC_ASSERT(std::ranges::count(out, '"') == (bytes.empty() ? 0 : 2));
  });
}

TEST(Html, AZeroIsReplaced) {
  Html html;
  html.element("p", {}, std::string_view("a\0b", 3));
  EXPECT_EQ(written(std::move(html)),
            "<p>a\xef\xbf\xbd"
            "b</p>");
}

}  // namespace
}  // namespace chartbell
