#include "app/practice/people.h"

#include <array>
#include <cstdio>

namespace chartbell::practice {
namespace {

using Names = std::array<std::string_view, 6>;

struct Culture {
  std::string_view language;
  Names women;
  Names men;
  Names families;
};

constexpr Culture kCultures[] = {
    {"",
     {"Grace", "Mary-Kate", "Eleanor", "Siobhán", "Shanice", "Dakota"},
     {"Walter", "D'Andre", "Jean-Luc", "Theodore", "Billy Ray", "Xavier"},
     {"O'Connor", "Smith-Kowalczyk", "Washington", "St. John", "Featherstonehaugh", "Ng"}},
    {"spa",
     {"María José", "Lucía", "Inés", "Ximena", "Begoña", "Noemí"},
     {"José Ángel", "Íñigo", "Joaquín", "Andrés", "Óscar", "Ramón"},
     {"Muñoz", "García Marín", "Peña", "de la Cruz y Ordóñez", "Núñez", "Yáñez-Ibarra"}},
    {"fre",
     {"Zoé", "Hélène", "Anaïs", "Françoise", "Maëlys", "Océane"},
     {"François", "Loïc", "Jérôme", "Théo", "Noël", "Gaël"},
     {"Lefèvre", "d'Orval", "Bézier", "Châtelet-Lomont", "L'Hôpital", "Œuvrard"}},
    {"ger",
     {"Jördis", "Käthe", "Änne", "Brünhild", "Ulrike", "Liesl"},
     {"Jörg", "Götz", "Karl-Heinz", "Björn", "Matthäus", "Günther"},
     {"Müller-Lüdenscheidt", "Weiß", "Größ", "von und zu Übelacker", "Schäfer", "Donaudampf"}},
    {"pol",
     {"Małgorzata", "Świętosława", "Bożena", "Żaneta", "Elżbieta", "Agnieszka"},
     {"Łukasz", "Zdzisław", "Wójciech", "Michał", "Kazimierz", "Święcisław"},
     {"Wójcik", "Brzęczyszczykiewicz", "Źrebiec", "Świerczek", "Żółć", "Grzegżółka"}},
    {"tur",
     {"Ayşe", "Işıl", "Gülşen", "Çiğdem", "Nilüfer", "Şebnem"},
     {"İbrahim", "Oğuz", "Çağrı", "Ümit", "Yiğit", "Barış"},
     {"Yıldız", "Öztürk", "İnal", "Çelikoğlu", "Şahin", "Gündoğdu"}},
    {"ice",
     {"Þórunn", "Ásdís", "Guðrún", "Sæunn", "Æsa", "Hrafnhildur"},
     {"Þór", "Eyþór", "Ægir", "Davíð", "Sigurður", "Ólafur"},
     {"Blöndal", "Þormar", "Hafstað", "Ísfeld", "Sæmundsen", "Möller"}},
    {"yor",
     {"Adébáyọ̀", "Ọláyínká", "Fúnmiláyọ̀", "Títílayọ̀", "Mọ́rẹ̀nikẹ́", "Ìyábọ̀"},
     {"Olúwaṣeun", "Bámidélé", "Ṣẹ́gun", "Akínwálé", "Táíwò", "Kẹ́hìndé"},
     {"Adéyẹmí", "Ọbáyẹmí", "Ògúnbánjọ", "Ṣówándé", "Akínlabí", "Ọládipọ̀"}},
    {"ibo",
     {"Amara", "Chidịmma", "Ngọzi", "Adaeze", "Ifeọma", "Nkechi"},
     {"Chinedụ", "Obinna", "Ikenna", "Emeka", "Kelechi", "Ụzọma"},
     {"Okafor", "Anịekwe", "Nwọsu", "Ezeudu", "Onyekachukwu", "Ọdili"}},
    {"vie",
     {"Ngọc Ánh", "Thị Hương", "Phương Uyên", "Mỹ Lệ", "Tuyết", "Diễm Quỳnh"},
     {"Văn Đức", "Quốc Bảo", "Hữu Thắng", "Minh Khôi", "Đình Phước", "Tuấn"},
     {"Nguyễn", "Trần", "Lê", "Đặng", "Phạm", "Huỳnh"}},
    {"haw",
     {"Kaʻiulani", "Leilani", "Noelani", "Hāliʻa", "Pualani", "Mehana"},
     {"Kahiau", "Kāwika", "Keʻalohi", "Makoa", "Nākoa", "Kaleo"},
     {"Kealoha", "Kaulanakapualokelaniokalaʻi", "Kāneʻohe", "Mahoe", "Nāone", "ʻĀkau"}},
    {"ara",
     {"فاطمة", "مريم", "نور الهدى", "ليلى", "عائشة", "سلمى"},
     {"محمد", "عبد الرحمن", "يوسف", "خالد", "علي", "طارق"},
     {"الحسيني", "بن سعيد", "العمري", "حدّاد", "أبو زيد", "القرشي"}},
    {"heb",
     {"נועה", "רבקה", "שירה", "תמר", "יעל", "אביגיל"},
     {"דוד", "משה", "אורי", "איתן", "יהונתן", "נדב"},
     {"כהן", "לוי", "בן־דוד", "מזרחי", "פרידמן", "שפירא"}},
    {"chi",
     {"秀英", "丽华", "婉婷", "雪", "子涵", "欧阳娜"},
     {"伟", "建国", "志明", "浩然", "俊杰", "龙"},
     {"王", "李", "张", "司马", "陳", "黃"}},
    {"jpn",
     {"さくら", "陽菜", "美咲", "エミリ", "結衣", "千代子"},
     {"健太", "大翔", "タロウ", "誠", "翔平", "一郎"},
     {"田中", "佐藤", "鈴木", "小鳥遊", "渡邉", "髙橋"}},
    {"kor",
     {"지우", "서연", "은정", "하늘", "민지", "수빈"},
     {"민준", "도윤", "성호", "현우", "재석", "지훈"},
     {"김", "이", "박", "남궁", "최", "황보"}},
    {"hin",
     {"प्रिया", "लक्ष्मी", "श्रेया", "अनुष्का", "कृष्णा", "मीरा"},
     {"अर्जुन", "राजेश", "विक्रम", "श्रीकांत", "ऋषि", "हृदय"},
     {"शर्मा", "त्रिपाठी", "अय्यर", "देशपांडे", "कुमार", "पटेल"}},
    {"rus",
     {"Екатерина", "Надежда", "Ольга", "Любовь", "Ксения", "Марфа"},
     {"Дмитрий", "Фёдор", "Юрий", "Алексей", "Пётр", "Игорь"},
     {"Щербак", "Долгих", "Мельник-Седых", "Воробей", "Живаго", "Черных"}},
    {"ukr",
     {"Дар'я", "Олена", "Ївга", "Соломія", "Мар'яна", "Ганна"},
     {"Микола", "Андрій", "Гліб", "Євген", "В'ячеслав", "Тарас"},
     {"Шевчук", "Ґудзь", "Їжакевич", "Лук'яненко", "Коваль", "Прокопчук"}},
    {"gre",
     {"Ελένη", "Κωνσταντίνα", "Ζωή", "Άννα", "Δέσποινα", "Μαρία"},
     {"Γιώργος", "Αλέξανδρος", "Οδυσσέας", "Νίκος", "Ηλίας", "Ξενοφών"},
     {"Παπαϊωάννου", "Οικονόμου", "Γεωργίου", "Χατζηκυριάκου", "Ψυχογιού", "Δημητρίου"}},
    {"tha",
     {"กัลยา", "สุภาพร", "น้ำฝน", "พิมพ์ชนก", "อรุณี", "ดวงใจ"},
     {"สมชาย", "ธนกร", "ณัฐวุฒิ", "วีรชัย", "กิตติ", "ปริญญา"},
     {"ศรีสุวรรณ", "จันทร์เพ็ญ", "วงศ์ทองคำ", "แก้วมณี", "ทองดี", "รัตนโกสินทร์"}},
    {"arm",
     {"Անահիտ", "Նարե", "Շուշան", "Գոհար", "Լիլիթ", "Սիրանուշ"},
     {"Արամ", "Տիգրան", "Հայկ", "Վահե", "Գևորգ", "Դավիթ"},
     {"Պետրոսյան", "Սարգսյան", "Հակոբյան", "Տեր-Ղազարյան", "Խաչատրյան", "Միրզոյան"}},
    {"tam",
     {"கயல்விழி", "மலர்", "தமிழ்ச்செல்வி", "யாழினி", "அன்பு", "பொன்னி"},
     {"இளங்கோ", "கார்த்திக்", "முருகன்", "செந்தில்", "வேலு", "அருண்"},
     {"சுப்பிரமணியன்", "பாண்டியன்", "ராஜன்", "கந்தசாமி", "நடராஜன்", "குமரன்"}},
};

// Names that break what expects a first and a last one, or only letters.
struct OddName {
  std::string_view first_name;
  std::string_view last_name;
};
constexpr OddName kOddNames[] = {
    {"Wibowo", ""},
    {"Þórdís", ""},
    {"Robert “🎸 Bobby”", "Tables-Nuñez"},
    {"Zoë 🦷", "Vandersteen"},
    {"Q Æ", "B-Seven"},
    {"Maria Aurora Guadalupe Concepción Esperanza",
     "de Borbón-Dos Sicilias y Fernández de Córdoba"},
    {"Null", "Nullson"},
    {"J. \"Buddy\"", "O'Brien III, Jr."},
    {"Renée", "Faux\u2011Zhang"},
    {"ʻAnapesi", "Fakaʻosi \\ Tāufa"},
};

constexpr std::string_view kStreets[] = {"Maple Street",
                                         "Old Mill Road",
                                         "St. Mary's Lane",
                                         "Quarry Hill",
                                         "Avenue des Pins",
                                         "Calle Peñasco",
                                         "Harbor View Drive",
                                         "O'Malley Court",
                                         "Fifth Avenue",
                                         "Lindenstraße",
                                         "Cobbler's Row",
                                         "Rue de l'Église",
                                         "Martin Luther King Jr. Boulevard",
                                         "Orchard Terrace",
                                         "Larkspur Way"};
constexpr std::string_view kSecondLines[] = {"Apt 4B", "Unit #12", "2nd floor", "c/o Ng",
                                             "Suite ½"};

struct Town {
  std::string_view city;
  std::string_view state;
  std::string_view zip;
};
constexpr Town kTowns[] = {{"Willow Crossing", "NY", "12599"}, {"St. Brendan", "NY", "12598"},
                           {"Cañada Falls", "NJ", "07099"},    {"Port Amity", "CT", "06499"},
                           {"New Uppsala", "NY", "12597"},     {"L'Anse-aux-Ormes", "VT", "05099"}};

constexpr std::string_view kAreaCodes[] = {"212", "315", "347", "516", "518", "585",
                                           "607", "631", "646", "716", "718", "845",
                                           "914", "917", "929", "203", "201", "802"};
constexpr std::string_view kMailFirst[] = {"quiet", "blue",  "sunny", "early", "lucky", "north",
                                           "tiny",  "brave", "amber", "rainy", "swift", "plain"};
constexpr std::string_view kMailSecond[] = {"heron",  "maple",  "otter", "comet",
                                            "violin", "pebble", "kite",  "ember",
                                            "finch",  "clover", "tulip", "walnut"};
constexpr std::string_view kMailHosts[] = {"example.org", "example.com"};
constexpr std::string_view kMiddleNames[] = {"A", "J.", "Lee", "Ö", "Grace", "T", "Ann"};

constexpr Insurer kInsurers[] = {
    {"Northern Smile Mutual", 0},      {"Évergreen Dental Trust", 0},
    {"Harbor & Sons Benefit Fund", 0}, {"Teamworkers' Local 555", 0},
    {"Blue Lantern Dental PPO", 0},    {"Statewide Health Plan", 1},
    {"Union of Bakers' Medical", 1},   {"Keystone Molar Cooperative", 0}};

int digits(Random& random, int least, int most) {
  return least + static_cast<int>(random.below(static_cast<std::uint64_t>(most - least + 1)));
}

std::string draw_birthdate(Random& random, LocalTime today, int age_least, int age_most) {
  const auto age =
      std::chrono::days(365 * digits(random, age_least, age_most) + digits(random, 1, 364));
  const std::chrono::year_month_day date(std::chrono::floor<std::chrono::days>(today) - age);
  return to_date_text(date);
}

int draw_gender(Random& random) {
  const auto drawn = random.below(40);
  return drawn < 19 ? 0 : drawn < 38 ? 1 : static_cast<int>(drawn) - 36;
}

void draw_contact(Random& random, Person& person) {
  if (chance(random, 85)) person.wireless_phone = draw_phone(random);
  if (chance(random, 35)) person.home_phone = draw_phone(random);
  if (chance(random, 20)) person.work_phone = draw_phone(random);
  if (chance(random, 80)) person.email = draw_email(random);
  if (chance(random, 25)) person.middle_name = one_of(random, kMiddleNames);
}

void draw_name(Random& random, Person& person) {
  const Culture& culture = one_of(random, kCultures);
  const bool man = person.gender == 0 || (person.gender != 1 && chance(random, 50));
  person.first_name = one_of(random, man ? culture.men : culture.women);
  person.last_name = one_of(random, culture.families);
  person.language = culture.language;
}

void draw_odd_name(Random& random, Person& person) {
  const OddName& odd = one_of(random, kOddNames);
  person.first_name = odd.first_name;
  person.last_name = odd.last_name;
}

const Culture& culture_of(std::string_view language) {
  for (const Culture& culture : kCultures)
    if (culture.language == language) return culture;
  return kCultures[0];
}

}  // namespace

bool chance(Random& random, unsigned percent) {
  return random.below(100) < percent;
}

Person draw_person(Random& random, LocalTime today) {
  Person person;
  person.gender = draw_gender(random);
  person.birthdate = draw_birthdate(random, today, 18, 88);
  person.address = draw_address(random);
  draw_contact(random, person);
  if (chance(random, 4))
    draw_odd_name(random, person);
  else
    draw_name(random, person);
  return person;
}

Person draw_relative(Random& random, const Person& head, Relation relation, LocalTime today) {
  Person person;
  person.gender = draw_gender(random);
  person.birthdate = relation == Relation::kChild ? draw_birthdate(random, today, 1, 17)
                                                  : draw_birthdate(random, today, 21, 75);
  person.address = head.address;
  draw_contact(random, person);
  const Culture& culture = culture_of(head.language);
  person.first_name = one_of(random, person.gender == 0 ? culture.men : culture.women);
  person.last_name = head.last_name;
  person.language = head.language;
  return person;
}

Address draw_address(Random& random) {
  const Town& town = one_of(random, kTowns);
  Address address;
  address.street = std::to_string(digits(random, 1, 2999)) + " ";
  address.street += one_of(random, kStreets);
  if (chance(random, 25)) address.second_line = one_of(random, kSecondLines);
  address.city = town.city;
  address.state = town.state;
  address.zip = town.zip;
  return address;
}

std::string draw_phone(Random& random) {
  const std::string_view area = one_of(random, kAreaCodes);
  char out[24];
  std::snprintf(out, sizeof out, "(%.3s) 555-01%02d", area.data(), digits(random, 0, 99));
  return out;
}

std::string draw_email(Random& random) {
  std::string out(one_of(random, kMailFirst));
  (out += '.') += one_of(random, kMailSecond);
  (out += std::to_string(digits(random, 1, 999))) += '@';
  out += one_of(random, kMailHosts);
  return out;
}

std::string draw_subscriber_id(Random& random) {
  std::string out;
  for (int i = 0; i < 3; ++i) out += static_cast<char>('A' + digits(random, 0, 25));
  return out + std::to_string(digits(random, 10'000'000, 99'999'999));
}

std::span<const Insurer> insurers() {
  return kInsurers;
}

}  // namespace chartbell::practice
