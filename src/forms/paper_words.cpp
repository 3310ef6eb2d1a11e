#include "forms/paper_words.h"

#include <cstdio>

namespace chartbell {
namespace {

constexpr PaperWords kEnglish = {
    .patient = "Patient",
    .date_of_birth = "Date of birth",
    .completed = "Completed",
    .reference = "Reference",
    .yes = "Yes",
    .no = "No",
    .agreed = "Agreed",
    .not_agreed = "Not agreed",
    .not_answered = "Not answered",
    .signed_by = "Signed by",
    .page = "Page",
    .of = "of",
    .date_before = "",
    .month_first = true,
    .months = {"January", "February", "March", "April", "May", "June", "July", "August",
               "September", "October", "November", "December"},
};

constexpr PaperWords kSpanish = {
    .patient = "Paciente",
    .date_of_birth = "Fecha de nacimiento",
    .completed = "Completado",
    .reference = "Referencia",
    .yes = "Sí",
    .no = "No",
    .agreed = "Aceptado",
    .not_agreed = "No aceptado",
    .not_answered = "Sin respuesta",
    .signed_by = "Firmado por",
    .page = "Página",
    .of = "de",
    .date_before = "de ",
    .month_first = false,
    .months = {"enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto",
               "septiembre", "octubre", "noviembre", "diciembre"},
};

std::string clock_text(Milliseconds since_midnight) {
  const std::chrono::hh_mm_ss clock(since_midnight);
  char out[32];
  std::snprintf(out, sizeof out, "%02d:%02d", static_cast<int>(clock.hours().count()),
                static_cast<int>(clock.minutes().count()));
  return out;
}

}  // namespace

std::string PaperWords::date(std::string_view iso) const {
  const auto parsed = parse_local(iso);
  if (!parsed || iso.size() != std::string_view("YYYY-MM-DD").size()) return std::string(iso);
  const std::chrono::year_month_day date(std::chrono::floor<std::chrono::days>(*parsed));
  const auto day = std::to_string(static_cast<unsigned>(date.day()));
  const auto year = std::to_string(static_cast<int>(date.year()));
  const std::string month(months[static_cast<unsigned>(date.month()) - 1]);
  if (month_first) return month + " " + day + ", " + year;
  return day + " " + std::string(date_before) + month + " " + std::string(date_before) + year;
}

std::string PaperWords::moment(WallTime time, const Zone& zone) const {
  const auto local = zone.to_local(time);
  const auto day = std::chrono::floor<std::chrono::days>(local);
  return date(to_date_text(std::chrono::year_month_day(day))) + ", " + clock_text(local - day) +
         " (" + zone.name() + ", UTC" + zone.offset_at(time) + ")";
}

std::string PaperWords::page_of(std::size_t number, std::size_t pages) const {
  return std::string(page) + " " + std::to_string(number) + " " + std::string(of) + " " +
         std::to_string(pages);
}

const PaperWords& paper_words(std::string_view language) {
  return language.substr(0, language.find('-')) == "es" ? kSpanish : kEnglish;
}

}  // namespace chartbell
