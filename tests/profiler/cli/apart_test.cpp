// SPDX-License-Identifier: Apache-2.0
//
// Work in a child process: its result, every way it can end without one, and that it does not affect this process.
#include "profiler/cli/apart.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <cstdio>
#include <new>
#include <stdexcept>
#include <string>

namespace bucketprof::cli {
namespace {

void nothing() {}

Apart apart(const std::function<std::string()>& work) {
  auto result = run_apart(work, &nothing);
  EXPECT_TRUE(result.ok());
  return result.ok() ? std::move(result).value() : Apart{};
}

TEST(Apart, GivesWhatTheWorkReturned) {
  for (const std::size_t size : {0, 1, 70'000, 3'000'000}) {  // more than fits into a pipe
    std::string bytes(size, '\0');
    for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<char>(i * 7);
    const Apart result = apart([&] { return bytes; });
    EXPECT_EQ(result.ending, "");
    EXPECT_TRUE(result.bytes == bytes) << size;
  }
}

TEST(Apart, TheWorkLeavesThisProcessAlone) {
  int number = 1;
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  apart([&] {
    number = 2;
    std::puts("out");
    std::fputs("err", stderr);
    return std::to_string(getpid());
  });
  EXPECT_EQ(testing::internal::GetCapturedStdout() + testing::internal::GetCapturedStderr(), "");
  EXPECT_EQ(number, 1);
}

TEST(Apart, SaysHowItEnded) {
  for (const auto& [signal, text] : {std::pair(SIGKILL, "signal 9 (Killed)"), std::pair(SIGABRT, "signal 6 (Aborted)"),
                                     std::pair(SIGTERM, "signal 15 (Terminated)")}) {
    const Apart result = apart([signal = signal]() -> std::string {
      ::signal(signal, SIG_DFL);
      ::raise(signal);
      return "unreachable";
    });
    EXPECT_EQ(result.ending, text);
    EXPECT_EQ(result.signal, signal);
    EXPECT_EQ(result.bytes, "");
  }
  EXPECT_EQ(apart([]() -> std::string { ::_exit(7); }).ending, "exit status 7");
  EXPECT_EQ(apart([]() -> std::string { throw std::bad_alloc(); }).ending, "a lack of memory");
  EXPECT_EQ(apart([]() -> std::string { throw std::runtime_error("x"); }).ending, "exit status 101");
}

TEST(Apart, CallsMeanwhileWhileItWaits) {
  int calls = 0;
  const auto result = run_apart(
      [] {
        ::usleep(350'000);
        return std::string("done");
      },
      [&calls] { ++calls; });
  ASSERT_TRUE(result.ok());
  EXPECT_GE(calls, 1);
}

}  // namespace
}  // namespace bucketprof::cli
