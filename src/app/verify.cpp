#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <sstream>

#include "app/commands.h"
#include "app/terminal.h"
#include "deliver/signing.h"
#include "model/http_message.h"

namespace chartbell {
namespace {

constexpr std::size_t kRequestBytesMax = 16 * 1024 * 1024;

Result<std::string> read_all(const std::string& path) {
  std::ostringstream text;
  if (path == "-") {
    text << std::cin.rdbuf();
  } else {
    std::ifstream file(path, std::ios::binary);
    if (!file || !(text << file.rdbuf())) return failure(Code::kConfig, "cannot read " + path);
  }
  if (text.view().size() > kRequestBytesMax)
    return failure(Code::kTooLarge, path + " is too large");
  return std::move(text).str();
}

std::string_view take_line(std::string_view& text) {
  auto line = text.substr(0, text.find('\n'));
  text.remove_prefix(std::min(text.size(), line.size() + 1));
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

// Header lines up to an empty one, then the body to the last byte. A request line in front is
// passed over.
HttpRequest parse_stored(std::string_view text) {
  HttpRequest out;
  for (auto line = take_line(text); !line.empty(); line = take_line(text)) {
    const auto colon = line.find(':');
    const bool is_field = colon != std::string_view::npos &&
                          line.substr(0, colon).find(' ') == std::string_view::npos;
    if (is_field) out.fields.emplace_back(line.substr(0, colon), trimmed(line.substr(colon + 1)));
  }
  out.body = text;
  return out;
}

std::string_view words(Verdict verdict) {
  switch (verdict) {
    case Verdict::kGenuine:
      return "genuine";
    case Verdict::kMissing:
      return "missing";
    case Verdict::kWrong:
      return "WRONG";
  }
  return "WRONG";
}

}  // namespace

int verify_request(const VerifyArguments& arguments) {
  const auto text = read_all(arguments.request_file);
  if (!text) return complain(text.error());
  const auto request = parse_stored(*text);
  const auto value = [&](std::string_view name) {
    return field(request.fields, name).value_or("");
  };
  const auto found = verify(arguments.secret, value, request.body);
  std::cout << "vendor signature:    " << words(found.vendor) << "\n"
            << "standard signature:  " << words(found.standard) << "\n"
            << "body:                " << request.body.size() << " bytes\n";
  const bool any = found.vendor == Verdict::kGenuine || found.standard == Verdict::kGenuine;
  const bool none_wrong = found.vendor != Verdict::kWrong && found.standard != Verdict::kWrong;
  return any && none_wrong ? EXIT_SUCCESS : EXIT_FAILURE;
}

}  // namespace chartbell
