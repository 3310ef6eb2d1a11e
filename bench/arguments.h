// Arguments: what a program that measures is told, each as name=value.
#pragma once

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace chartbell {

class Arguments {
 public:
  Arguments(int count, char** words) {
    for (int i = 1; i < count; ++i) {
      const std::string_view word = words[i];
      const auto mark = word.find('=');
      if (mark == std::string_view::npos) fail("is not name=value: ", word);
      pairs_.emplace_back(word.substr(0, mark), word.substr(mark + 1));
    }
  }

  // Ends the program when it is missing.
  std::string text(std::string_view name) const {
    const auto found = all(name);
    if (found.empty()) fail("is missing: ", name);
    return found.back();
  }
  std::string text(std::string_view name, std::string fallback) const {
    const auto found = all(name);
    return found.empty() ? std::move(fallback) : found.back();
  }
  std::int64_t number(std::string_view name) const { return std::atoll(text(name).c_str()); }
  std::int64_t number(std::string_view name, std::int64_t fallback) const {
    const auto found = all(name);
    return found.empty() ? fallback : std::atoll(found.back().c_str());
  }
  std::size_t count(std::string_view name, std::size_t fallback) const {
    return static_cast<std::size_t>(number(name, static_cast<std::int64_t>(fallback)));
  }
  // One that may be given several times, in the order given.
  std::vector<std::string> all(std::string_view name) const {
    std::vector<std::string> out;
    for (const auto& [known, value] : pairs_)
      if (known == name) out.push_back(value);
    return out;
  }

 private:
  [[noreturn]] static void fail(const char* what, std::string_view word) {
    std::fprintf(stderr, "argument %s%.*s\n", what, static_cast<int>(word.size()), word.data());
    std::exit(2);
  }

  std::vector<std::pair<std::string, std::string>> pairs_;
};

}  // namespace chartbell
