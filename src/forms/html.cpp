#include "forms/html.h"

#include "base/check.h"

namespace chartbell {
namespace {

// What stands for a character: in texts and in quoted attributes alike (HTML §13.3). A zero is
// allowed in neither.
std::string_view reference(char c) {
  switch (c) {
    case '&':
      return "&amp;";
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";
    case '"':
      return "&quot;";
    case '\'':
      return "&#39;";
    case '\0':
      return "\xef\xbf\xbd";
    default:
      return {};
  }
}

std::string_view take_line(std::string_view& text) {
  const auto line = text.substr(0, text.find('\n'));
  text.remove_prefix(std::min(text.size(), line.size() + 1));
  return line.ends_with('\r') ? line.substr(0, line.size() - 1) : line;
}

}  // namespace

Html& Html::open(HtmlName element, const HtmlAttributes& attributes) {
  tag(element, attributes);
  open_.push_back(element);
  // A parser drops the first line's end of a text area's (HTML §13.1.2.5).
  if (element.text() == "textarea") out_ += '\n';
  return *this;
}

Html& Html::close() {
  CHECK(!open_.empty());
  out_.append("</").append(open_.back().text()) += '>';
  open_.pop_back();
  return *this;
}

Html& Html::single(HtmlName element, const HtmlAttributes& attributes) {
  tag(element, attributes);
  return *this;
}

Html& Html::text(std::string_view text) {
  escaped(text);
  return *this;
}

Html& Html::element(HtmlName element, const HtmlAttributes& attributes, std::string_view content) {
  return open(element, attributes).text(content).close();
}

Html& Html::paragraphs(const HtmlAttributes& attributes, std::string_view text) {
  bool is_open = false;
  while (!text.empty()) {
    const auto line = take_line(text);
    if (line.empty()) {
      if (is_open) close();
      is_open = false;
      continue;
    }
    if (is_open)
      single("br", {});
    else
      open("p", attributes);
    is_open = true;
    escaped(line);
  }
  if (is_open) close();
  return *this;
}

std::string Html::take() && {
  CHECK(open_.empty());
  out_ += '\n';
  return std::move(out_);
}

void Html::tag(HtmlName element, const HtmlAttributes& attributes) {
  (out_ += '<') += element.text();
  for (const auto& attribute : attributes) {
    if (!attribute.value()) continue;
    (out_ += ' ') += attribute.name().text();
    if (attribute.value()->empty()) continue;
    out_ += "=\"";
    escaped(*attribute.value());
    out_ += '"';
  }
  out_ += '>';
}

void Html::escaped(std::string_view text) {
  for (const char c : text) {
    const auto instead = reference(c);
    if (instead.empty())
      out_ += c;
    else
      out_ += instead;
  }
}

}  // namespace chartbell
