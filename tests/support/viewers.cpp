// SPDX-License-Identifier: Apache-2.0
#include "tests/support/viewers.h"

#include <gtest/gtest.h>

#include <charconv>

#include "tests/support/process.h"

namespace bucketprof::testing_support {
namespace {

std::string view(std::vector<std::string> words, const std::vector<std::string>& arguments,
                 const std::filesystem::path& scratch) {
  std::filesystem::create_directories(scratch);
  words.insert(words.end(), arguments.begin(), arguments.end());
  const std::string home = scratch.string();
  const Ended ended = run({.words = words,
                           .settings = {"HOME=" + home, "PPROF_TMPDIR=" + home, "PPROF_BINARY_PATH=" + home},
                           .directory = scratch});
  EXPECT_EQ(ended.status, 0) << words[0] << " must be installed (scripts/setup test) and must read the profile\n"
                             << ended.err;
  return ended.out;
}

}  // namespace

std::string go_pprof(const std::vector<std::string>& arguments, const std::filesystem::path& scratch) {
  return view({"go", "tool", "pprof", "-symbolize=none"}, arguments, scratch);
}

std::string google_pprof(const std::vector<std::string>& arguments, const std::filesystem::path& scratch) {
  return view({"google-pprof", "--text"}, arguments, scratch);
}

long long number_after(std::string_view text, std::string_view marker) {
  long long number = -1;
  const std::size_t at = text.find(marker);
  const char* const begin = at == std::string_view::npos ? text.data() + text.size() : text.data() + at + marker.size();
  const auto [end, error] = std::from_chars(begin, text.data() + text.size(), number);
  EXPECT_EQ(error, std::errc{}) << "no number after '" << marker << "' in\n" << text;
  return number;
}

}  // namespace bucketprof::testing_support
