#include "app/terminal.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include <sys/ioctl.h>
#include <unistd.h>

namespace chartbell {
namespace {

bool colored() {
  static const bool on = ::isatty(STDOUT_FILENO) == 1 && std::getenv("NO_COLOR") == nullptr;
  return on;
}

const char* code_of(Color color) {
  switch (color) {
    case Color::kPlain:
      return "0";
    case Color::kDim:
      return "2";
    case Color::kGreen:
      return "32";
    case Color::kRed:
      return "31";
    case Color::kYellow:
      return "33";
    case Color::kBlue:
      return "36";
    case Color::kBold:
      return "1";
  }
  return "0";
}

bool is_continuation(char c) {
  return (static_cast<unsigned char>(c) & 0xC0) == 0x80;
}

}  // namespace

int complain(std::string_view what) {
  std::fprintf(stderr, "chartbell: %.*s\n", static_cast<int>(what.size()), what.data());
  return EXIT_FAILURE;
}

int complain(const Error& error) {
  return complain(error.detail);
}

std::string painted(Color color, std::string_view text) {
  if (!colored() || color == Color::kPlain) return std::string(text);
  return "\x1b[" + std::string(code_of(color)) + "m" + std::string(text) + "\x1b[0m";
}

std::optional<std::size_t> terminal_columns() {
  winsize size{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return std::nullopt;
  return size.ws_col;
}

std::size_t characters(std::string_view text) {
  return text.size() - static_cast<std::size_t>(std::ranges::count_if(text, is_continuation));
}

std::string wrapped(std::string_view text, std::size_t width, std::size_t indent) {
  std::string out;
  std::size_t used = 0;
  while (!text.empty()) {
    const auto word = text.substr(0, text.find(' '));
    text.remove_prefix(std::min(text.size(), word.size() + 1));
    if (used > 0 && used + 1 + characters(word) > width) {
      out += "\n" + std::string(indent, ' ');
      used = 0;
    } else if (used > 0) {
      out += ' ';
      ++used;
    }
    out += word;
    used += characters(word);
  }
  return out;
}

std::string printable(std::string_view text, std::size_t width) {
  std::string out;
  std::size_t characters = 0;
  for (const char c : text) {
    if (!is_continuation(c) && ++characters > width) return out + "…";
    const auto byte = static_cast<unsigned char>(c);
    out += byte < 0x20 || byte == 0x7f ? ' ' : c;
  }
  return out;
}

}  // namespace chartbell
