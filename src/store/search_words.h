// What a patient can be found by, as keyed hashes: an index of words that nobody can read without
// the key, and nobody can search without asking for the whole word.
//
// Names are compared by whole words, without case, punctuation and the accents of Latin letters;
// email addresses without case; telephone numbers by their first ten digits, as the vendor does
// (wire contract §7.2), a North American 1 in front left out.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "model/document.h"
#include "model/ids.h"

namespace chartbell {

// Thread-safe.
class SearchWords {
 public:
  explicit SearchWords(std::string key) : key_(std::move(key)) {}

  // Of a patient's document, ascending, each once.
  std::vector<std::int64_t> of_patient(InstitutionId institution, const Document& document) const;

  // What a patient must have to be meant by this; empty where the text has nothing to compare.
  std::vector<std::int64_t> of_name(InstitutionId institution, std::string_view name) const;
  std::vector<std::int64_t> of_email(InstitutionId institution, std::string_view email) const;
  std::vector<std::int64_t> of_phone_number(InstitutionId institution,
                                            std::string_view number) const;
  std::vector<std::int64_t> of_date_of_birth(InstitutionId institution,
                                             std::string_view date) const;

 private:
  const std::string key_;
};

}  // namespace chartbell
