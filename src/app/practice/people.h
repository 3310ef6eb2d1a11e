// Invented people for the simulated practice: names of many scripts, addresses, phones, insurers.
//
// Nobody here exists. Phones lie in 555-0100..0199, mail in example.org and example.com: the ranges
// set aside for fiction (NANP, RFC 2606). Everything is drawn from the caller's Random.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/random.h"
#include "base/time_text.h"

namespace chartbell::practice {

struct Address {
  std::string street;
  std::string second_line;
  std::string city;
  std::string state;
  std::string zip;

  friend bool operator==(const Address&, const Address&) = default;
};

// As the front desk types a person in; what is not known is empty, as Open Dental stores it.
struct Person {
  std::string first_name;
  std::string middle_name;
  std::string last_name;
  int gender = 2;         // patient.Gender: 0 male, 1 female, 2 unknown, 3 other
  std::string birthdate;  // YYYY-MM-DD
  Address address;
  std::string wireless_phone;
  std::string home_phone;
  std::string work_phone;
  std::string email;
  std::string language;  // ISO 639-2; empty for English
};

// A grown-up who lives alone until relatives are drawn.
Person draw_person(Random& random, LocalTime today);
// Somebody of the same family: same address, last name and language.
enum class Relation { kSpouse = 1, kChild = 2 };  // patplan.Relationship
Person draw_relative(Random& random, const Person& head, Relation relation, LocalTime today);

Address draw_address(Random& random);
// "(212) 555-0142"
std::string draw_phone(Random& random);
std::string draw_email(Random& random);
// What an insurer prints on its cards: letters and digits.
std::string draw_subscriber_id(Random& random);

struct Insurer {
  std::string_view name;
  int is_medical;  // insplan.IsMedical
};
std::span<const Insurer> insurers();

// True in `percent` of a hundred draws.
bool chance(Random& random, unsigned percent);
// One of these, each as likely.
template <class Range>
const auto& one_of(Random& random, const Range& range) {
  return range[random.below(std::size(range))];
}

}  // namespace chartbell::practice
