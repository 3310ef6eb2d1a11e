// Html: the one place where text becomes HTML. Names of elements and attributes are literals, all
// else is escaped, so that nothing a template, a patient or a record system holds can be markup.
#pragma once

#include <concepts>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace chartbell {

// A name that stands in the source.
class HtmlName {
 public:
  template <std::size_t N>
  consteval HtmlName(const char (&text)[N]) : text_(text, N - 1) {}  // NOLINT: a literal is one
  constexpr std::string_view text() const { return text_; }

 private:
  std::string_view text_;
};

// An attribute; without a value it is left out.
class HtmlAttribute {
 public:
  HtmlAttribute(HtmlName name, std::optional<std::string> value)
      : name_(name), value_(std::move(value)) {}
  HtmlAttribute(HtmlName name, std::string_view value) : name_(name), value_(value) {}
  HtmlAttribute(HtmlName name, const char* value) : name_(name), value_(value) {}
  HtmlAttribute(HtmlName name, std::string value) : name_(name), value_(std::move(value)) {}
  // One that says all by being there.
  HtmlAttribute(HtmlName name, std::same_as<bool> auto is_there) : name_(name) {
    if (is_there) value_.emplace();
  }

  HtmlName name() const { return name_; }
  const std::optional<std::string>& value() const { return value_; }

 private:
  HtmlName name_;
  std::optional<std::string> value_;
};
using HtmlAttributes = std::vector<HtmlAttribute>;

class Html {
 public:
  // A document: its doctype.
  Html() : out_("<!DOCTYPE html>\n") {}

  Html& open(HtmlName element, const HtmlAttributes& attributes = {});
  // The innermost that is open.
  Html& close();
  // One that has no content: input, meta, link, br.
  Html& single(HtmlName element, const HtmlAttributes& attributes);
  Html& text(std::string_view text);
  // One with this text, and closed.
  Html& element(HtmlName element, const HtmlAttributes& attributes, std::string_view content);
  // A paragraph for each that blank lines part, and a line break for each line's end.
  Html& paragraphs(const HtmlAttributes& attributes, std::string_view text);

  // CHECKs that nothing is open.
  std::string take() &&;

 private:
  void tag(HtmlName element, const HtmlAttributes& attributes);
  void escaped(std::string_view text);

  std::string out_;
  std::vector<HtmlName> open_;
};

}  // namespace chartbell
