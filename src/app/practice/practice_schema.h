// The simulated practice's tables, in SQLite: our own text, with Open Dental's names and types for
// every column that mappings/opendental.toml reads, and a few more that make an edit look like one.
//
// What differs from the real thing: keys are INTEGER PRIMARY KEY AUTOINCREMENT (SQLite's way of
// never giving a deleted row's key again), and nothing is stamped, since the mapping reads no
// stamp.
#pragma once

#include <string_view>

namespace chartbell::practice {

// CREATE TABLE and CREATE INDEX statements; for an empty database.
std::string_view practice_tables();

// The rows that never change during a day: two clinics (0 and 1), five providers, six operatories,
// definitions, procedure codes.
std::string_view practice_fixtures();

// definition.DefNum of the fixtures, as in a fresh Open Dental (category 2, appointment confirmed).
inline constexpr int kNotCalled = 19;
inline constexpr int kConfirmed = 21;
// definition.DefNum of the billing types (category 4), one after the other.
inline constexpr int kBillingTypeFirst = 40;
inline constexpr int kBillingTypes = 3;

inline constexpr int kClinics = 2;      // ClinicNum 0, 1
inline constexpr int kProviders = 5;    // ProvNum 1 to 5
inline constexpr int kOperatories = 6;  // OperatoryNum 1 to 6; the first four stand in clinic 0
inline constexpr int kOperatoriesOfClinic0 = 4;

}  // namespace chartbell::practice
