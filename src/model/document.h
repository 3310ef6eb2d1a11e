// Document: text, mostly JSON, or the bytes of a file, that may hold patient data.
//
// It does not convert to text by itself and no stream, format or log call takes it: whoever wants
// the bytes says `expose()`, which is easy to find in a review.
#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace chartbell {

class Document {
 public:
  Document() = default;
  explicit Document(std::string text) : text_(std::move(text)) {}

  std::string_view expose() const { return text_; }
  std::string take() && { return std::move(text_); }
  bool empty() const { return text_.empty(); }

  friend bool operator==(const Document&, const Document&) = default;
  template <class Stream>
  friend Stream& operator<<(Stream&, const Document&) = delete;

 private:
  std::string text_;
};

}  // namespace chartbell
