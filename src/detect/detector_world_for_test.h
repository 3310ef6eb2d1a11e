// A small practice, a process that watches it, and what it tells as lines; for tests.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "detect/detector.h"
#include "support/fake_clock.h"
#include "support/memory_resource_store.h"
#include "support/scripted_reader.h"

namespace chartbell {

using enum ResourceKind;

constexpr SourceRef kSource{InstitutionId{5}, SourceId{1}};

inline ForeignKey key(std::int64_t number) {
  return number;
}

inline std::string person(std::string_view name) {
  return R"({"id":null,"name":")" + std::string(name) + R"(","inactive":false})";
}
inline std::string visit(int patient, std::string_view note) {
  return R"({"id":null,"patient_id":$patient()" + std::to_string(patient) + R"(),"note":")" +
         std::string(note) + R"(","deleted":false})";
}

inline std::vector<KindRules> small_practice() {
  return {{.kind = kPatient, .version = "v1", .on_missing = {{"inactive", "true"}}},
          {.kind = kAppointment,
           .version = "v1",
           .on_missing = {{"deleted", "true"}},
           .embedded_patient = "patient_id",
           .has_children = true}};
}

// The name or the note of the event's resource.
std::string label_of(const NewEvent& event);
// The event in a line: its name, the resource's label, and what it was.
std::string told(const NewEvent& event);

// A process: reader, book and detector over a store and a record system that outlive it.
class Process {
 public:
  Process(MemoryResourceStore& store, const FakeClock& clock, DetectorOptions options,
          Adoption* adoption = nullptr)
      : ids_(kSource, store, clock),
        reader(ids_),
        detector(std::move(options), reader, store, ids_, clock, adoption) {
    reader.rules = small_practice();
  }

 private:
  IdBook ids_;

 public:
  ScriptedReader reader;
  Detector detector;
};

class DetectorTest : public testing::Test {
 protected:
  static DetectorOptions options() {
    return {.source = kSource, .subdomain = "green", .digest_key = "key"};
  }
  // Ends the process and starts another over what is on the disk.
  void restart(DetectorOptions with = options()) {
    store = store.restarted();
    auto old = std::move(process);
    process = std::make_unique<Process>(store, clock, std::move(with));
    if (old == nullptr) return;
    process->reader.rows = old->reader.rows;
    process->reader.children = old->reader.children;
    process->reader.rules = old->reader.rules;
  }
  void SetUp() override { restart(); }

  ScriptedReader& reader() { return process->reader; }
  void put(ResourceKind kind, std::int64_t number, std::string text) {
    reader().rows[kind][key(number)] = std::move(text);
  }
  void put_people(int count) {
    for (int i = 1; i <= count; ++i) put(kPatient, i, person("p" + std::to_string(i)));
  }
  void remove_people(int from, int to) {
    for (int i = from; i <= to; ++i) reader().rows[kPatient].erase(key(i));
  }
  // One cycle, and what it told.
  std::vector<std::string> cycle() {
    clock.advance(Milliseconds(1000));
    const auto before = store.events.size();
    last = process->detector.cycle();
    std::vector<std::string> out;
    for (auto i = before; i < store.events.size(); ++i) out.push_back(told(store.events[i]));
    return out;
  }
  std::int64_t live(ResourceKind kind) { return store.count_live(kSource, kind).value(); }
  HeldResource held(ResourceKind kind, std::int64_t number) {
    return store.held(kSource, kind, key(number)).value().value();
  }

  FakeClock clock;
  MemoryResourceStore store;
  std::unique_ptr<Process> process;
  Result<CycleReport> last;
};

using Told = std::vector<std::string>;

}  // namespace chartbell
