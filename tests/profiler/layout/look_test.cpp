// SPDX-License-Identifier: Apache-2.0
//
// Looks at blocks that are no tables' arrays, or that cannot be read.
#include "profiler/layout/look.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <string_view>

#include "profiler/tables/boost.h"
#include "tests/profiler/layout/kept_blocks.h"
#include "tests/profiler/layout/made_blocks.h"
#include "tests/support/sanitized.h"

namespace bucketprof::layout {
namespace {

/// A block of bytes that are no array.
using Kind = void (*)(Random& random, Bytes& bytes);

void fill(Bytes& bytes, int value) { std::fill(bytes.begin(), bytes.end(), static_cast<std::byte>(value)); }

/// Each byte is one of `values`.
template <int... values>
void mix(Random& random, Bytes& bytes) {
  constexpr std::array<int, sizeof...(values)> kValues{values...};
  std::uint64_t bits = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    bits = i % 8 == 0 ? random() : bits >> 8U;
    bytes[i] = static_cast<std::byte>(kValues[(bits & 255U) % kValues.size()]);
  }
}

template <class T, class Next>
void numbers(Bytes& bytes, Next next) {
  for (std::size_t i = 0; i + sizeof(T) <= bytes.size(); i += sizeof(T))
    put_number<T>(bytes, i, static_cast<T>(next()));
}

void random_kind(Random& random, Bytes& bytes) {
  numbers<std::uint64_t>(bytes, [&] { return random(); });
}
void text(Random& random, Bytes& bytes) {
  constexpr std::string_view kLetters = "etaoin shrdlu etaoin, ETAOIN.\n the and of";
  for (std::byte& byte : bytes) byte = static_cast<std::byte>(kLetters[random() % kLetters.size()]);
}
void zeros(Random& random, Bytes& bytes) {
  fill(bytes, 0);
  for (auto few = random() % 4; few != 0; --few) bytes[random() % bytes.size()] = static_cast<std::byte>(random());
}
void header(Random& random, Bytes& bytes) {
  fill(bytes, 0);
  const std::size_t end = random() % bytes.size();
  for (std::size_t i = 0; i < end; ++i) bytes[i] = static_cast<std::byte>(random());
}
template <int value>
void constant(Random&, Bytes& bytes) {
  fill(bytes, value);
}
template <class T>
void sorted(Random& random, Bytes& bytes) {
  std::uint64_t number = random() % 1000;
  const std::uint64_t step = 1 + random() % 300;
  numbers<T>(bytes, [&] { return number += random() % step; });
}
template <class T, unsigned bits>
void small_numbers(Random& random, Bytes& bytes) {
  numbers<T>(bytes, [&] { return random() >> (64 - bits); });
}
void indices(Random& random, Bytes& bytes) {
  numbers<std::int32_t>(bytes, [&] { return random() % 3 == 0 ? random() % 100 : ~std::uint64_t{0}; });
}
void structs(Random& random, Bytes& bytes) {
  fill(bytes, 0);
  for (std::size_t i = 0; i + 16 <= bytes.size(); i += 16) {
    put_number<std::uint32_t>(bytes, i, static_cast<std::uint32_t>(random() % 5000));
    put_number<std::uint16_t>(bytes, i + 4, static_cast<std::uint16_t>(random() % 7));
    put_number<double>(bytes, i + 8, static_cast<double>(random() % 100) / 4);
  }
}
void pointers(Random& random, Bytes& bytes) {
  numbers<std::uint64_t>(bytes, [&] { return random() % 3 == 0 ? 0 : 0x7f1200000000 + random() % 100'000 * 16; });
}
void doubles(Random& random, Bytes& bytes) {
  for (std::size_t i = 0; i + 8 <= bytes.size(); i += 8)
    put_number<double>(bytes, i, static_cast<double>(random() % 1000));
}

struct NamedKind {
  std::string_view name;
  Kind make;
};
constexpr auto kKindsOfBytes = std::to_array<NamedKind>({{"random", random_kind},
                                                         {"text", text},
                                                         {"zeros", zeros},
                                                         {"header", header},
                                                         {"0x80", constant<0x80>},
                                                         {"0xFF", constant<0xFF>},
                                                         {"0x01", constant<1>},
                                                         {"mix of all", mix<0, 0xFF, 0x80>},
                                                         {"mix of 0x00 and 0xFF", mix<0, 0xFF>},
                                                         {"mix of 0x80 and 0xFF", mix<0x80, 0xFF>},
                                                         {"mix of 0x00 and 0x80", mix<0, 0x80>},
                                                         {"mix with 0x01", mix<0, 0, 0, 1, 2, 3, 4, 5>},
                                                         {"mostly 0xFF", mix<0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x80, 3>},
                                                         {"sorted u64", sorted<std::uint64_t>},
                                                         {"sorted u32", sorted<std::uint32_t>},
                                                         {"small u64", small_numbers<std::uint64_t, 20>},
                                                         {"small u32", small_numbers<std::uint32_t, 12>},
                                                         {"small u16", small_numbers<std::uint16_t, 5>},
                                                         {"bytes", small_numbers<std::uint8_t, 7>},
                                                         {"indices", indices},
                                                         {"structs", structs},
                                                         {"pointers", pointers},
                                                         {"doubles", doubles}});

/// A size that an array of a layout that proves itself has, most of few KiB.
std::size_t random_size(Random& random) {
  const std::uint64_t slot = 1 + random() % 40;
  const std::uint64_t groups = std::uint64_t{8} << random() % 4;
  switch (random() % 5) {
    case 0:
      return tables::BoostArrays{slot}.bytes(groups * 15 - 1);
    case 1:
      return groups * (64 + random() % 2 * 10 * slot);
    case 2:
      return groups * 8 * slot + groups * 8 + 16;
    case 3:
      return std::size_t{1024} << random() % 4;
    default:
      return tables::AbslArrays{slot * 8, 8, {static_cast<tables::AbslLayout>(1 + random() % 6), false}}.bytes(
          groups * 8 - 1);
  }
}

bool is_false_table(const Look& look) { return look.is_proven && look.slots >= 64; }

TEST(Look, RowsAreInOrder) {
  for (std::size_t i = 0; i < kLayouts.size(); ++i) {
    EXPECT_EQ(static_cast<std::size_t>(kLayouts[i].layout), i);
    EXPECT_EQ(layout_of(kLayouts[i].name), kLayouts[i].layout);
    for (const bool is_proven : {false, true}) {
      if (is_proven && !kLayouts[i].proves_itself) continue;
      const Look look{.layout = kLayouts[i].layout, .is_proven = is_proven};
      EXPECT_EQ(labelled(label_of(look)), look);
    }
  }
}

TEST(Look, SeesNoTableInOtherBytes) {
  Random random(1);
  for (const NamedKind& kind : kKindsOfBytes) {
    std::uint64_t looks = is_long() ? 10'000'000 : testing_support::rounds(20'000);
    std::uint64_t seen = 0;
    while (looks != 0) {
      Bytes large(std::size_t{64} << 10U);
      kind.make(random, large);
      // Blocks are cut from one that is made once: what is looked at differs, and that is what takes time to make.
      for (int i = 0; i < 300 && looks != 0; ++i, --looks) {
        const std::size_t bytes = std::min(random_size(random), large.size());
        const std::size_t at = random() % (large.size() - bytes + 1);
        ReadableBytes block({large.data() + (random() % 2 == 0 ? at : at / 16 * 16), bytes}, kMadeAddress);
        const Look look = look_at(block);
        if (is_false_table(look) && ++seen == 1) {
          ADD_FAILURE() << kind.name << " of " << bytes << " bytes: " << row_of(look.layout).name << ' ' << look.slots
                        << ' ' << look.full;
        }
      }
    }
    EXPECT_EQ(seen, 0U) << kind.name;
  }
}

TEST(Look, SeesNoTableInArraysThatAreShifted) {
  Random random(2);
  const std::uint64_t rounds = is_long() ? 200'000 : 60;
  for (std::uint64_t i = 0; i < rounds; ++i) {
    const std::uint64_t slot = 8 + random() % 4 * 8;
    Made made;
    switch (random() % 4) {
      case 0:
        made = made_hashbrown(random, 256, slot);
        break;
      case 1:
        made = made_f14(random, 32, slot);
        break;
      case 2:
        made = made_dense(random, 512, 8);
        break;
      default:
        made = made_absl(random, {slot, 8, {static_cast<tables::AbslLayout>(1 + random() % 6), false}}, {255, 0});
    }
    for (const int shift : {1, 2, 4, 8, 16}) {
      Bytes bytes = made.bytes;
      std::rotate(bytes.begin(), bytes.begin() + shift, bytes.end());
      const Look shifted = look_at_made(bytes);
      // The array of a release of absl, shifted by the growth before it, may be that of another; and of hashbrown's,
      // shifted by a byte, 15 of 16 bytes still repeat the first, and the other does so by chance.
      EXPECT_TRUE(!is_false_table(shifted) ||
                  (as_absl(shifted).layout == as_absl(made.look).layout && shifted.slots == made.look.slots))
          << row_of(shifted.layout).name << " of " << row_of(made.look.layout).name;
      bytes = made.bytes;
      bytes.resize(bytes.size() + static_cast<std::size_t>(shift));
      const Look larger = look_at_made(bytes);
      // An array of absl may be followed by what rounding leaves.
      EXPECT_FALSE(as_absl(made.look).layout != Layout::kAbsl && is_false_table(larger)) << row_of(larger.layout).name;
    }
  }
}

/// Bytes of which only those that were asked for may be touched: each read is a copy in memory of its own.
class StrictBytes final : public BlockBytes {
 public:
  StrictBytes(const Bytes& block, unsigned failures)
      : BlockBytes(kMadeAddress, block.size()), block_(block), failures_(failures) {}
  [[nodiscard]] bool failed() const { return failed_; }

 private:
  const std::byte* get(std::size_t offset, std::size_t bytes) noexcept override {
    EXPECT_LE(offset + bytes, block_.size());
    EXPECT_LE(bytes, kAtOnce);
    failed_ |= failures_ != 0 && random_() % failures_ == 0;
    if (failed_) return nullptr;
    copy_ = std::vector<std::byte>(block_.begin() + static_cast<std::ptrdiff_t>(offset),
                                   block_.begin() + static_cast<std::ptrdiff_t>(offset + bytes));
    return copy_.data();
  }

  const Bytes& block_;
  unsigned failures_;
  Random random_{3};
  bool failed_ = false;
  std::vector<std::byte> copy_;  // freed by the next read: the address sanitizer sees who keeps it
};

std::vector<Made> one_of_each(Random& random) {
  std::vector<Made> all;
  for (int layout = 1; layout <= 6; ++layout) {
    all.push_back(made_absl(random, {24, 8, {static_cast<tables::AbslLayout>(layout), false}}, {1023, 0}));
  }
  all.push_back(made_absl(random, {33, 1, tables::kPhmapVersion}, {1023, 0}, true));
  all.push_back(made_hashbrown(random, 32768, 8));
  all.push_back(made_f14(random, 512, 24));
  all.push_back(made_dense(random, 4096, 8));
  all.push_back(made_robin(random, 1024, 24, 0));
  all.push_back(made_qt6(random, 256));
  all.push_back(made_llvm_string(random, 4096));
  all.push_back(made_glib(random, 8192, 8191));
  return all;
}

TEST(Look, ReadsOnlyInTheBlockAndSeesNothingIfItCannot) {
  Random random(4);
  int seen = 0;
  for (int i = 0; i < (is_long() ? 20'000 : 20); ++i) {
    for (const Made& made : one_of_each(random)) {
      StrictBytes whole(made.bytes, 0);
      EXPECT_EQ(as_absl(look_at(whole)), as_absl(made.look)) << row_of(made.look.layout).name;
      StrictBytes failing(made.bytes, 2 + static_cast<unsigned>(random() % 50));
      const Look look = look_at(failing);
      if (look.layout != Layout::kNone) {
        EXPECT_EQ(as_absl(look), as_absl(made.look)) << failing.failed();
        ++seen;
      }
      const Bytes cut(made.bytes.begin(),
                      made.bytes.begin() + static_cast<std::ptrdiff_t>(random() % made.bytes.size()));
      StrictBytes part(cut, 0);
      EXPECT_TRUE(look_at(part) == Look{} || part.size() < made.bytes.size());
    }
  }
  EXPECT_GT(seen, 0);
}

}  // namespace
}  // namespace bucketprof::layout
