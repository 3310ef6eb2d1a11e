#include "store/sealer.h"

#include <fstream>

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "base/crypto.h"
#include "support/temporary_folder.h"

namespace chartbell {
namespace {

const std::string kMaster(kAeadKeySize, 'm');
constexpr InstitutionId kPractice{3};

struct World {
  World() { sealed_key = sealer.make_data_key(kPractice); }
  SeededRandom random{5};
  Sealer sealer{kMaster, random};
  std::string sealed_key;
};

TEST(Sealer, OpensWhatItSealed) {
  World world;
  const auto sealed = world.sealer.seal(kPractice, "event/3/1", "Zoë 🦷");
  EXPECT_EQ(world.sealer.open(kPractice, "event/3/1", sealed).value(), "Zoë 🦷");
  EXPECT_EQ(sealed.find("Zo"), std::string::npos);
  EXPECT_NE(sealed, world.sealer.seal(kPractice, "event/3/1", "Zoë 🦷"));
}

TEST(Sealer, ASealedValueBelongsToItsRecordAndItsInstitution) {
  World world;
  world.sealer.make_data_key({4});
  const auto sealed = world.sealer.seal(kPractice, "event/3/1", "text");
  EXPECT_EQ(world.sealer.open(kPractice, "event/3/2", sealed).error().code, Code::kCorrupt);
  EXPECT_EQ(world.sealer.open({4}, "event/3/1", sealed).error().code, Code::kCorrupt);
}

TEST(Sealer, RefusesEverySingleDamagedByte) {
  World world;
  const auto sealed = world.sealer.seal(kPractice, "r", "some text");
  for (std::size_t i = 0; i < sealed.size(); ++i) {
    auto damaged = sealed;
    damaged[i] = static_cast<char>(damaged[i] ^ 1);
    EXPECT_FALSE(world.sealer.open(kPractice, "r", damaged)) << i;
    EXPECT_FALSE(world.sealer.open(kPractice, "r", sealed.substr(0, i))) << i;
  }
}

TEST(Sealer, AStoredDataKeyOpensUnderItsMasterKeyAlone) {
  World world;
  const auto sealed = world.sealer.seal(kPractice, "r", "text");
  Sealer again(kMaster, world.random);
  ASSERT_TRUE(again.add_data_key(kPractice, world.sealed_key));
  EXPECT_EQ(again.open(kPractice, "r", sealed).value(), "text");
  Sealer other(std::string(kAeadKeySize, 'x'), world.random);
  EXPECT_EQ(other.add_data_key(kPractice, world.sealed_key).error().code, Code::kConfig);
  EXPECT_FALSE(again.add_data_key({4}, world.sealed_key));
}

TEST(KeyFile, IsMadeForItsOwnerAloneAndReadBack) {
  TemporaryFolder folder;
  SeededRandom random(1);
  const auto path = folder.file("key");
  const auto made = make_key_file(path, random);
  ASSERT_TRUE(made);
  EXPECT_EQ(read_key_file(path).value(), *made);
  struct stat status{};
  ASSERT_EQ(::stat(path.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
  EXPECT_EQ(make_key_file(path, random).error().code, Code::kConfig);
}

TEST(KeyFile, ThatOthersMayReadOrThatHoldsNoKeyIsRefused) {
  TemporaryFolder folder;
  SeededRandom random(1);
  const auto path = folder.file("key");
  ASSERT_TRUE(make_key_file(path, random));
  ::chmod(path.c_str(), 0644);
  EXPECT_NE(read_key_file(path).error().detail.find("chmod 600"), std::string::npos);
  const auto wrong = folder.file("wrong");
  std::ofstream(wrong) << "not a key\n";
  ::chmod(wrong.c_str(), 0600);
  EXPECT_NE(read_key_file(wrong).error().detail.find("64 hex digits"), std::string::npos);
}

}  // namespace
}  // namespace chartbell
