#include "forms/printable.h"

#include <memory>

#include <glib.h>

namespace chartbell {
namespace {

struct Free {
  void operator()(gchar* text) const { g_free(text); }
};

bool turns_direction(gunichar c) {
  return (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

bool is_control(gunichar c) {
  return c < 0x20 || (c >= 0x7f && c < 0xa0);
}

// Cairo takes them for no UTF-8 (Unicode 15, §23.7).
bool is_noncharacter(gunichar c) {
  return (c & 0xfffe) == 0xfffe || (c >= 0xfdd0 && c < 0xfdf0);
}

// Whether a further end of a line would be a third empty one.
bool is_blank_enough(std::string_view text) {
  return text.ends_with("\n\n\n") || text == "\n\n";
}

std::string_view shown(std::string_view character) {
  const auto c = g_utf8_get_char(character.data());
  if (c == '\n') return character;
  if (c == '\t') return " ";
  if (c == 0x2028 || c == 0x2029) return "\n";
  const bool hidden = is_control(c) || turns_direction(c) || is_noncharacter(c);
  return hidden ? "\xEF\xBF\xBD" : character;
}

}  // namespace

std::string printable(std::string_view text) {
  const std::unique_ptr<gchar, Free> valid(
      g_utf8_make_valid(text.data(), static_cast<gssize>(text.size())));
  std::string out;
  for (const char* at = valid.get(); *at != '\0';) {
    const char* next = g_utf8_next_char(at);
    const std::string_view character(at, static_cast<std::size_t>(next - at));
    // "\r\n" is one end of a line, and so is '\r' alone.
    const auto text_there = character != "\r" ? shown(character) : *next == '\n' ? "" : "\n";
    if (text_there != "\n" || !is_blank_enough(out)) out += text_there;
    at = next;
  }
  return out;
}

}  // namespace chartbell
