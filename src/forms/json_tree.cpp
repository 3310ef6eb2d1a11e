#include <algorithm>
#include <utility>

#include <boost/json/basic_parser_impl.hpp>

#include "forms/json_place.h"

namespace chartbell {
namespace {

namespace json = boost::json;

// What basic_parser asks for: it keeps what boost::json::value would not, members of one name.
class TreeBuilder {
 public:
  static constexpr std::size_t max_object_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_array_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_key_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_string_size = static_cast<std::size_t>(-1);

  std::unique_ptr<JsonNode> take() { return std::move(root_); }
  bool is_full() const { return count_ > JsonTree::kValuesMax; }

  bool on_document_begin(json::error_code&) { return true; }
  bool on_document_end(json::error_code&) { return true; }
  bool on_object_begin(json::error_code& error) { return open(JsonKind::kObject, error); }
  bool on_object_end(std::size_t, json::error_code&) { return close(); }
  bool on_array_begin(json::error_code& error) { return open(JsonKind::kArray, error); }
  bool on_array_end(std::size_t, json::error_code&) { return close(); }
  bool on_key_part(json::string_view part, std::size_t, json::error_code&) {
    key_ += std::string_view(part);
    return true;
  }
  bool on_key(json::string_view part, std::size_t, json::error_code&) {
    key_ += std::string_view(part);
    return true;
  }
  bool on_string_part(json::string_view part, std::size_t, json::error_code&) {
    text_ += std::string_view(part);
    return true;
  }
  bool on_string(json::string_view part, std::size_t, json::error_code& error) {
    text_ += std::string_view(part);
    add(JsonKind::kText).text = std::exchange(text_, {});
    return goes_on(error);
  }
  bool on_number_part(json::string_view, json::error_code&) { return true; }
  bool on_int64(std::int64_t value, json::string_view text, json::error_code& error) {
    return on_double(static_cast<double>(value), text, error);
  }
  bool on_uint64(std::uint64_t value, json::string_view text, json::error_code& error) {
    return on_double(static_cast<double>(value), text, error);
  }
  bool on_double(double value, json::string_view, json::error_code& error) {
    add(JsonKind::kNumber).number = value;
    return goes_on(error);
  }
  bool on_bool(bool value, json::error_code& error) {
    add(JsonKind::kTruth).truth = value;
    return goes_on(error);
  }
  bool on_null(json::error_code& error) {
    add(JsonKind::kNull);
    return goes_on(error);
  }
  bool on_comment_part(json::string_view, json::error_code&) { return true; }
  bool on_comment(json::string_view, json::error_code&) { return true; }

 private:
  JsonNode& add(JsonKind kind) {
    ++count_;
    JsonNode node{.kind = kind, .key = std::exchange(key_, {})};
    if (open_.empty()) {
      root_ = std::make_unique<JsonNode>(std::move(node));
      return *root_;
    }
    return open_.back()->children.emplace_back(std::move(node));
  }
  bool open(JsonKind kind, json::error_code& error) {
    open_.push_back(&add(kind));
    return goes_on(error);
  }
  bool close() {
    open_.pop_back();
    return true;
  }
  bool goes_on(json::error_code& error) const {
    if (is_full()) error = json::error::array_too_large;
    return !is_full();
  }

  std::unique_ptr<JsonNode> root_;
  // A node's brothers are added when it is closed, so that none of these moves.
  std::vector<JsonNode*> open_;
  std::string key_;
  std::string text_;
  std::size_t count_ = 0;
};

std::string line_of(std::string_view text, std::size_t at) {
  return std::to_string(1 + std::ranges::count(text.substr(0, at), '\n'));
}

}  // namespace

Result<JsonTree> JsonTree::of(std::string_view text) {
  json::parse_options options;
  options.max_depth = kDepthMax;
  json::basic_parser<TreeBuilder> parser(options);
  json::error_code error;
  const auto read = parser.write_some(false, text.data(), text.size(), error);
  if (!error && read < text.size()) error = json::error::extra_data;
  if (parser.handler().is_full())
    return failure(Code::kInvalid,
                   "the template: more than " + std::to_string(kValuesMax) + " values");
  if (error == json::error::too_deep)
    return failure(Code::kInvalid,
                   "the template: nested deeper than " + std::to_string(kDepthMax) + " levels");
  if (error)
    return failure(Code::kInvalid, "the template: no valid JSON in line " + line_of(text, read) +
                                       ": " + error.message());
  return JsonTree(parser.handler().take());
}

}  // namespace chartbell
