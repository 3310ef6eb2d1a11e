// Members: the members of a JSON object's text, in their order, none of them looked into.
//
// What is stored is a document of ours, so that its bytes are known to be JSON: to parse all of it
// would take most of the time of whoever wants a few of its members, or to put some in their place.
#pragma once

#include <optional>
#include <string_view>

namespace chartbell {

// Views of the text, which outlives them.
class Members {
 public:
  struct Member {
    std::string_view key;    // without its quotes, escapes as they are
    std::string_view value;  // JSON text
  };

  explicit Members(std::string_view object);
  // Nothing at the end, or where the text is no object.
  std::optional<Member> next();
  bool broken() const { return broken_; }

 private:
  std::size_t value_size(std::string_view text);

  std::string_view rest_;
  bool broken_ = false;
};

}  // namespace chartbell
