#include "net/answer_reader.h"

#include <algorithm>

#include "base/ascii.h"
#include "net/http_wire.h"

namespace chartbell {
namespace {

namespace http = beast::http;

constexpr unsigned kSwitchingProtocols = 101;

// More than one way to tell where the answer ends: the next one might be read from its middle.
bool is_plainly_framed(const http::fields& fields) {
  const auto codings = fields.count(http::field::transfer_encoding);
  const auto lengths = fields.count(http::field::content_length);
  const bool one_length = lengths == 1 && !fields[http::field::content_length].contains(',');
  if (codings == 0) return lengths == 0 || one_length;
  return codings == 1 && lengths == 0 &&
         equal_ignoring_case(fields[http::field::transfer_encoding], "chunked");
}

bool is_kept(std::span<const std::string> kept, std::string_view name) {
  return kept.empty() || std::ranges::any_of(kept, [&](const std::string& wanted) {
           return equal_ignoring_case(wanted, name);
         });
}

}  // namespace

AnswerReader::AnswerReader(AnswerLimits limits, AnswerTo method)
    : limits_(limits), method_(method) {
  start();
}

void AnswerReader::start() {
  parser_.emplace();
  parser_->eager(true);
  parser_->header_limit(static_cast<std::uint32_t>(limits_.head_bytes_max));
  parser_->body_limit(limits_.answer_bytes_max);
  parser_->skip(method_ == AnswerTo::kHead);
  parser_->get().body().room = limits_.kept_body_bytes;
}

AnswerReader::State AnswerReader::feed(beast::flat_buffer& in, std::size_t fresh) {
  seen_ += fresh;
  State state = parse(in);
  // An interim answer (RFC 9110 §15.2) goes before the one that counts; we never ask for another
  // protocol.
  while (state == State::kWhole && parser_->get().result_int() < 200) {
    if (parser_->get().result_int() == kSwitchingProtocols) return State::kBad;
    start();
    state = parse(in);
  }
  return seen_ > limits_.answer_bytes_max ? State::kBad : state;
}

AnswerReader::State AnswerReader::parse(beast::flat_buffer& in) {
  while (in.size() != 0 && !parser_->is_done()) {
    ErrorCode error;
    in.consume(parser_->put(in.data(), error));
    if (error == http::error::need_more) break;
    if (error) return State::kBad;
  }
  return parser_->is_done() ? State::kWhole : State::kReading;
}

AnswerReader::State AnswerReader::end() {
  if (!parser_->got_some()) return State::kBad;
  ErrorCode error;
  parser_->put_eof(error);
  return error ? State::kBad : State::kWhole;
}

bool AnswerReader::keep_alive() const {
  return parser_->keep_alive() && !parser_->need_eof() && is_plainly_framed(parser_->get().base());
}

HttpResponse AnswerReader::take() {
  auto message = parser_->release();
  HttpResponse answer;
  answer.status = static_cast<int>(message.result_int());
  for (const auto& item : message)
    if (is_kept(limits_.kept_fields, item.name_string()))
      answer.fields.emplace_back(std::string(item.name_string()), std::string(item.value()));
  answer.body = std::move(message.body().text);
  return answer;
}

}  // namespace chartbell
