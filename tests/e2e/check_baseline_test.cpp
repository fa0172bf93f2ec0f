// SPDX-License-Identifier: Apache-2.0
//
// Baselines are kept under version control, so the same program must give the same bytes. If writing one is
// interrupted, the file is the complete old one or the complete new one.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <chrono>
#include <random>
#include <thread>

#include "tests/e2e/shop.h"

namespace bucketprof::e2e {
namespace {

using testing::HasSubstr;

/// The text of a baseline without the program's name, which is the variant's here, and without callers: how many of
/// them are left in a stack depends on the optimiser.
std::string values_of(std::string text) {
  const std::size_t program = text.find(" \"program\"");
  text.erase(program, text.find('\n', program) - program);
  for (std::size_t at = 0; (at = text.find(",\"callers\":", at)) != std::string::npos;)
    text.erase(at, text.find('}', at) - at);
  return text;
}

TEST(CheckBaseline, TheSameProgramGivesTheSameBytes) {
  Shop shop;
  const std::string first = shop.baseline(shop.profile("base"));
  const std::string once = shop.files()["base.pb.gz.json"];
  ASSERT_NE(once, "");
  const auto again = shop.check(shop.profile("base"), shop.path("policy.toml"), first, {"--update-baseline"});
  EXPECT_EQ(again.status, 0) << again.err;
  EXPECT_THAT(again.err, HasSubstr("wrote " + first));
  EXPECT_THAT(again.out, HasSubstr("Nothing changed"));
  EXPECT_EQ(shop.files()["base.pb.gz.json"], once);
  // It does not depend on the machine, the time or the lines of the source.
  EXPECT_EQ(once.find(BUCKETPROF_BINARY_DIR), std::string::npos);
  EXPECT_EQ(once.find(".cpp"), std::string::npos);
}

// See docs/ci.md. If a compiler folds two functions with the same body into one, as charge and refund here, a site may
// have the name of either.
TEST(CheckBaseline, MovedCodeHasTheSameButForFoldedFunctions) {
  Shop shop;
  shop.baseline(shop.profile("base"));
  shop.baseline(shop.profile("moved"));
  auto files = shop.files();
  std::string base = values_of(files["base.pb.gz.json"]);
  std::string moved = values_of(files["moved.pb.gz.json"]);
  for (std::string* const text : {&base, &moved}) {
    for (std::size_t at = 0; (at = text->find("shop::refund")) != std::string::npos;)
      text->replace(at, std::string("shop::refund").size(), "shop::charge");
  }
  EXPECT_EQ(base, moved);
}

TEST(CheckBaseline, OneThatIsReplacedIsOfTheSameKind) {
  Shop shop;
  const std::string base = shop.baseline(shop.profile("base"));
  const auto before = shop.files();
  const std::string sampled = shop.profile("base", {"BUCKETPROF_INTERVAL=65536"}, "sampled");
  const auto ended = shop.check(sampled, shop.path("policy.toml"), base, {"--update-baseline"});
  EXPECT_EQ(ended.status, 2);
  EXPECT_THAT(ended.err, HasSubstr(base));
  EXPECT_EQ(shop.files()["base.pb.gz.json"], before.at("base.pb.gz.json"));
}

TEST(CheckBaseline, AKillLeavesTheOldOrTheNewOne) {
  constexpr int kKills = 12;
  Shop shop;
  const std::string base = shop.profile("base");
  const std::string grown = shop.profile("growth");
  const std::string name = "base.pb.gz.json";
  shop.baseline(grown);
  const std::string of_grown = shop.files().at("growth.pb.gz.json");
  shop.baseline(base);
  const std::string of_base = shop.files().at(name);
  std::mt19937 random(1);
  const auto words = [&](const std::string& profile) {
    return std::vector<std::string>{BUCKETPROF_BINARY_DIR "/bucketprof",
                                    "check",
                                    profile,
                                    "--policy",
                                    shop.path("policy.toml"),
                                    "--baseline",
                                    shop.path(name),
                                    "--update-baseline"};
  };
  const auto start = std::chrono::steady_clock::now();
  ASSERT_EQ(testing_support::run({.words = words(grown)}).status, 0);
  const auto takes = std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - start);
  int killed = 0;
  for (int i = 0; i < kKills; ++i) {
    const testing_support::Launch launch{.words = words(i % 2 == 0 ? base : grown)};
    testing_support::Process writer(launch);
    const auto most = static_cast<std::uint64_t>(takes.count());
    std::this_thread::sleep_for(std::chrono::microseconds(i == 0 ? 0 : random() % most));
    writer.send(SIGKILL);
    if (writer.wait().signal == SIGKILL) ++killed;
    const std::string now = shop.files().at(name);
    ASSERT_TRUE(now == of_base || now == of_grown) << "after " << i << " kills: " << now;
  }
  EXPECT_GT(killed, 0);
  // docs/ci.md: a kill may leave its temporary file, and nothing else.
  for (const auto& [left, bytes] : shop.files()) {
    if (left.find(".tmp.") != std::string::npos) {
      EXPECT_TRUE(left.starts_with(name + ".tmp.")) << left;
    }
  }
}

}  // namespace
}  // namespace bucketprof::e2e
