#include "source/mapping.h"

#include <algorithm>
#include <filesystem>

#include <gtest/gtest.h>

#include "support/property.h"

namespace chartbell {
namespace {

constexpr std::string_view kGood = R"toml([source]
name = "small"
display_name = "Small"
emr_type = ["onprem"]
foreign_id_type = "small"
null_date = "0001-01-01"

[enum.gender]
"0" = "Male"

[[resource]]
kind = "patient"
key = "p.Id"
where = "p.Shown = 1"
select = '''
SELECT p.Id AS "@key",
       p.Name AS "name",
       p.Gender AS "bio.gender:enum(gender)",
       p.Clinic AS "location_ids:refs(location)"
  FROM patient p
  JOIN place c ON c.Id = p.Clinic'''
dirty = ["patient: Id", "place -> SELECT Id FROM patient WHERE Clinic IN (:Id)"]
on_missing = { inactive = true }

[[resource]]
kind = "appointment"
key = "a.Id"
key_type = "text"
select = '''
SELECT a.Id AS "@key",
       a.Patient AS "patient_id:ref(patient)",
       a.Starts AS "start_time:local",
       a.Starts AS "end_time:local",
       a.Minutes AS "end_time:plus_minutes"
  FROM appointment a'''
dirty = ["appointment: Id"]
static = []
on_missing = { deleted = true, cancelled_at = "@today", note = "gone", operatory_id = 0 }
embed = { patient = "patient_id" }

  [[resource.child]]
  into = "descriptors"
  kind = "descriptor"
  select = '''
SELECT d.Appointment AS "@parent",
       d.Id AS "@key",
       d.Name AS "name"
  FROM descriptor d WHERE d.Appointment IN (:keys)'''
)toml";

std::string with(std::string_view old, std::string_view replacement,
                 std::string_view text = kGood) {
  std::string out(text);
  const auto at = out.find(old);
  EXPECT_NE(at, std::string::npos) << old;
  return at == std::string::npos ? out : out.replace(at, old.size(), replacement);
}

TEST(Mapping, AGoodOneIsReadInFull) {
  const auto mapping = parse_mapping(kGood, "small.toml");
  ASSERT_TRUE(mapping) << mapping.error().detail;
  EXPECT_EQ(mapping->name, "small");
  EXPECT_EQ(mapping->emr_type, std::vector<std::string>{"onprem"});
  EXPECT_EQ(mapping->null_date, "0001-01-01");
  EXPECT_EQ(mapping->code_lists.at("gender").at("0"), "Male");
  ASSERT_EQ(mapping->resources.size(), 2u);
  const auto& patient = mapping->resources[0];
  EXPECT_EQ(patient.key_type, KeyType::kInteger);
  EXPECT_EQ(patient.where, "p.Shown = 1");
  ASSERT_EQ(patient.dirty.size(), 2u);
  EXPECT_EQ(patient.dirty[0].table, "patient");
  EXPECT_EQ(patient.dirty[0].column, "Id");
  EXPECT_EQ(patient.dirty[1].table, "place");
  EXPECT_EQ(patient.dirty[1].column, "Id");
  EXPECT_EQ(patient.dirty[1].select, "SELECT Id FROM patient WHERE Clinic IN (:Id)");
  EXPECT_EQ(patient.position, "small.toml:11");
}

TEST(Mapping, AnAppointmentWithEverythingAroundIt) {
  const auto mapping = parse_mapping(kGood, "small.toml");
  ASSERT_TRUE(mapping) << mapping.error().detail;
  const auto* appointment = mapping->find(ResourceKind::kAppointment);
  ASSERT_NE(appointment, nullptr);
  EXPECT_EQ(appointment->key_type, KeyType::kText);
  EXPECT_EQ(appointment->embedded_patient, "patient_id");
  using Rule = std::pair<std::string, std::string>;
  EXPECT_EQ(appointment->on_missing, (std::vector<Rule>{{"cancelled_at", "@today"},
                                                        {"deleted", "true"},
                                                        {"note", "\"gone\""},
                                                        {"operatory_id", "0"}}));
  ASSERT_EQ(appointment->children.size(), 1u);
  EXPECT_EQ(appointment->children[0].kind, ResourceKind::kDescriptor);
  EXPECT_EQ(mapping->find(ResourceKind::kProcedure), nullptr);
}

// `text` with a § where the error is to be shown.
TEST(Mapping, StampsAreByTableInLowerCase) {
  const auto text = std::string(kGood) + "\n[stamp]\nPatient = \"Changed\"\n";
  const auto mapping = parse_mapping(text, "small.toml");
  ASSERT_TRUE(mapping) << mapping.error().detail;
  EXPECT_EQ(mapping->stamps, (std::map<std::string, std::string>{{"patient", "Changed"}}));
  EXPECT_EQ(mapping->find(ResourceKind::kPatient)->version,
            parse_mapping(kGood, "small.toml")->find(ResourceKind::kPatient)->version)
      << "nothing is rendered otherwise";
}

struct Wrong {
  std::string_view old;
  std::string_view replacement;
  std::string_view message;
};

const Wrong kWrong[] = {
    // TOML itself
    {"name = \"small\"", "name = §small\"", ""},
    {"name = \"small\"", "name = \"a\"\nname = §\"b\"", ""},
    // [source]
    {"[source]", "[§sauce]", "unknown key \"sauce\""},
    {"[source]\nname = \"small\"", "§[source]", "\"name\" is missing"},
    {"foreign_id_type = \"small\"\n", "colour = \"red\"\n", ""},
    {"name = \"small\"", "name = §7", "\"name\" must be a text"},
    {"name = \"small\"", "name = §\"\"", "\"name\" must be a text"},
    {"null_date = \"0001", "§nul_date = \"0001", "unknown key \"nul_date\""},
    {"[\"onprem\"]", "§\"onprem\"", "list of texts"},
    {"[\"onprem\"]", "[\"onprem\", §1]", "must be a text"},
    {"null_date = \"0001-01-01\"", "null_date = §0001-01-01", "must be a text"},
    // [enum.…]
    {"\"0\" = \"Male\"", "\"0\" = §1", "a code stands for a text"},
    {"[enum.gender]\n\"0\" = \"Male\"", "[enum]\ngender = §\"Male\"", "a code list is a table"},
    {"[enum.gender]", "[enum.sex]", ""},
    // [[resource]]
    {"kind = \"patient\"", "kind = §\"person\"", "no kind of resource \"person\""},
    {"kind = \"appointment\"", "kind = §\"person\"", "no kind of resource \"person\""},
    {"[[resource]]\nkind = \"patient\"\n", "§[[resource]]\n", "\"kind\" is missing"},
    {"key_type = \"text\"", "key_type = §\"uuid\"", "key_type is"},
    {"where = \"p.Shown = 1\"", "§filter = \"p.Shown = 1\"", "unknown key \"filter\""},
    {"where = \"p.Shown = 1\"", "where = §true", "\"where\" must be a text"},
    // SELECT
    {"p.Name AS \"name\"", "p.Name AS §\"nickname\"", "no field \"nickname\""},
    {"p.Name AS \"name\"", "p.§Name", "lacks AS"},
    {"p.Name AS \"name\"", "p.Name AS §\"name:txt\"", "no conversion \"txt\""},
    {"p.Name AS \"name\"", "p.Name AS §\"inactive:int\"", "does not give the type"},
    {"p.Name AS \"name\"", "p.Name AS §\"id\"", "written by Chartbell"},
    {"p.Clinic AS \"location_ids:refs(location)\"", "p.Clinic AS §\"name\"", "selected twice"},
    {":enum(gender)", ":enum(sex)", ""},
    {"a.Starts AS \"start_time:local\"", "a.Starts AS §\"start_time\"", "needs a conversion"},
    {"d.Name AS \"name\"", "d.Name AS §\"nickname\"", "no field \"nickname\""},
    {"'''\nSELECT p.Id AS \"@key\",\n       p.Name", "§'''\nSELECT p.Name", ""},
    {"'''\nSELECT a.Id AS \"@key\",", "§'''\nSELECT", "the first column must be \"@key\""},
    {"a.Starts AS \"end_time:local\",\n       ", "", ""},
    {"SELECT p.Id", "§UPDATE p.Id", "begins with SELECT"},
    {"p.Gender AS \"bio.gender", "(p.Gender AS \"bio.gender", ""},
    // dirty, static
    {"\"patient: Id\"", "§\"patient\"", "a dirty rule is"},
    {"\"patient: Id\"", "§\": Id\"", "a dirty rule is"},
    {"\"patient: Id\"", "§7", "must be a text"},
    {"IN (:Id)\"]", "IN (Id)\"]", ""},
    {"[\"appointment: Id\"]", "§\"appointment: Id\"", "list of texts"},
    {"static = []", "static = §\"appointment\"", "list of texts"},
    {"  FROM appointment a'''", "  FROM appointment a JOIN other o ON o.Id = a.Id'''", ""},
    // on_missing, embed, child
    {"[source]", "[stamp]\n§people = \"x\"\n[source]", "no dirty rule names the table \"people\""},
    {"[source]", "[stamp]\npatient = §7\n[source]", "a stamp is the name of a column"},
    {"[source]", "stamp = §7\n[source]", "\"stamp\" must be a table"},
    {"{ inactive = true }", "{ §gone = true }", "no field \"gone\""},
    {"{ inactive = true }", "{ inactive = §[] }", "a text, number, true, false"},
    {"\"@today\"", "§\"@tomorrow\"", "\"@today\" is wanted"},
    {"{ inactive = true }", "§true", "on_missing"},
    {"{ patient = \"patient_id\" }", "{ §person = \"patient_id\" }", "unknown key \"person\""},
    {"{ patient = \"patient_id\" }", "§\"patient_id\"", "embed"},
    {"  into = \"descriptors\"", "  §onto = \"descriptors\"", "unknown key \"onto\""},
    {"IN (:keys)'''", "IN (1)'''", ""},
    {"SELECT d.Appointment AS \"@parent\",\n       d.Id", "SELECT d.Id", ""},
    {"       d.Id AS \"@key\",\n", "", ""},
    {"  [[resource.child]]", "  §[resource.child]", "child"},
    {"[enum.gender]\n\"0\" = \"Male\"", "§enum = 1", ""},
};

TEST(Mapping, EachErrorNamesFileLineAndColumn) {
  int placed = 0;
  for (const auto& wrong : kWrong) {
    std::string text = with(wrong.old, wrong.replacement);
    std::string place = "small.toml:";
    if (const auto mark = text.find("§"); mark != std::string::npos) {
      ++placed;
      text.erase(mark, std::string_view("§").size());
      const auto line = 1 + std::ranges::count(text.substr(0, mark), '\n');
      const auto line_start = text.rfind('\n', mark - 1);
      const auto column =
          mark == 0 || line_start == std::string::npos ? mark + 1 : mark - line_start;
      place += std::to_string(line) + ":" + std::to_string(column) + ": ";
    }
    const auto mapping = parse_mapping(text, "small.toml");
    ASSERT_FALSE(mapping) << wrong.replacement;
    EXPECT_EQ(mapping.error().code, Code::kMapping);
    EXPECT_TRUE(mapping.error().detail.starts_with(place))
        << "wanted " << place << " for " << wrong.replacement << "\n"
        << mapping.error().detail;
    EXPECT_NE(mapping.error().detail.find(wrong.message), std::string::npos)
        << "wanted " << wrong.message << "\n"
        << mapping.error().detail;
  }
  EXPECT_GE(placed, 25);
}

std::string fault_of(const std::string& text) {
  const auto mapping = parse_mapping(text, "small.toml");
  return mapping ? "none" : mapping.error().detail;
}

TEST(Mapping, FilesWithoutTheirPartsAreRefused) {
  EXPECT_EQ(fault_of(""), "small.toml:1:1: no [source] in the mapping");
  EXPECT_EQ(fault_of(std::string(kGood.substr(0, kGood.find("[[resource]]")))),
            "small.toml:1:1: no [[resource]] in the mapping");
}

TEST(Mapping, TwoResourcesOfAKindAreRefusedAtTheSecond) {
  const auto second = kGood.substr(kGood.find("[[resource]]"));
  EXPECT_EQ(fault_of(std::string(kGood) + "\n" + std::string(second)),
            "small.toml:" + std::to_string(std::ranges::count(kGood, '\n') + 2) +
                ":1: a second resource of this kind");
}

// Both SELECT lists begin alike; a provider has no email.
TEST(Mapping, AnErrorInTheSecondOfTwoEqualSelectsIsShownInTheSecond) {
  const std::string resource =
      "\n[[resource]]\nkind = \"KIND\"\nkey = \"x.Id\"\nselect = '''\nSELECT x.Id AS \"@key\",\n"
      "       x.Mail AS \"email\"\n  FROM person x'''\ndirty = [\"person: Id\"]\n";
  const std::string head =
      "[source]\nname = \"s\"\ndisplay_name = \"S\"\nforeign_id_type = \"s\"\n";
  EXPECT_EQ(fault_of(head + with("KIND", "patient", resource)), "none");
  EXPECT_EQ(
      fault_of(head + with("KIND", "patient", resource) + with("KIND", "provider", resource)),
      "small.toml:20:18: the resource has no field \"email\"; use one of the wire's paths for it");
}

TEST(Mapping, AnEmbeddedPatientNeedsAMappingOfPatients) {
  auto text = std::string(kGood);
  const auto first = text.find("[[resource]]");
  text.erase(first, text.find("[[resource]]", first + 1) - first);
  EXPECT_NE(fault_of(text).find("patient"), std::string::npos) << fault_of(text);
}

std::string version_of(const std::string& text, ResourceKind kind) {
  const auto mapping = parse_mapping(text, "small.toml");
  EXPECT_TRUE(mapping) << mapping.error().detail;
  return mapping ? mapping->find(kind)->version : "";
}

TEST(MappingVersion, ChangesWithWhatDecidesHowARowIsRendered) {
  const std::string good(kGood);
  const auto version = version_of(good, ResourceKind::kPatient);
  EXPECT_EQ(version, version_of(good, ResourceKind::kPatient));
  for (const auto& [old, replacement] : std::initializer_list<std::pair<const char*, const char*>>{
           {"p.Name AS", "TRIM(p.Name) AS"},
           {"p.Shown = 1", "p.Shown = 2"},
           {"\"Male\"", "\"M\""},
           {"inactive = true", "inactive = false"},
           {"null_date = \"0001-01-01\"", "null_date = \"1899-12-30\""},
           {"foreign_id_type = \"small\"", "foreign_id_type = \"big\""}})
    EXPECT_NE(version_of(with(old, replacement), ResourceKind::kPatient), version) << replacement;
}

TEST(MappingVersion, StaysWithCommentsOtherNamesAndOtherResources) {
  const auto version = version_of(std::string(kGood), ResourceKind::kPatient);
  EXPECT_EQ(version_of("# a comment\n" + std::string(kGood), ResourceKind::kPatient), version);
  EXPECT_EQ(version_of(with("\"Small\"", "\"Smaller\""), ResourceKind::kPatient), version);
  EXPECT_EQ(version_of(with("a.Starts AS \"start", "a.Began AS \"start"), ResourceKind::kPatient),
            version);
}

TEST(Mapping, AnyTextIsAMappingOrAnError) {
  check_property([] {
    const auto at = *rc::gen::inRange<std::size_t>(0, kGood.size());
    const auto length = *rc::gen::inRange<std::size_t>(0, 20);
    const auto bytes = *any_bytes();
    const auto mapping = parse_mapping(std::string(kGood).replace(at, length, bytes), "small.toml");
    const bool sound = mapping.has_value() || mapping.error().detail.starts_with("small.toml:");
    RC_ASSERT(sound);
  });
}

TEST(LoadMapping, ReadsEveryShippedFile) {
  int files = 0;
  for (const auto& entry :
       std::filesystem::directory_iterator(std::string(CHARTBELL_SOURCE_DIR) + "/mappings")) {
    const auto mapping = load_mapping(entry.path().string());
    EXPECT_TRUE(mapping) << mapping.error().detail;
    ++files;
  }
  EXPECT_GE(files, 1);
}

TEST(LoadMapping, AFileThatIsNotThereIsTheOperatorsToCorrect) {
  const auto mapping = load_mapping("/nonexistent/x.toml");
  ASSERT_FALSE(mapping);
  EXPECT_EQ(mapping.error().code, Code::kConfig);
  EXPECT_NE(mapping.error().detail.find("/nonexistent/x.toml"), std::string::npos);
}

}  // namespace
}  // namespace chartbell
