// SPDX-License-Identifier: Apache-2.0
//
// Each function of the exec family starts the program with its arguments and its environment, also in a child of vfork.
#include "profiler/process/exec.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <functional>
#include <string>

namespace bucketprof::service {
namespace {

char shell[] = "sh";
char option[] = "-c";
char script[] = "echo $0 $1 $SET";
char first[] = "a";
char second[] = "b c";
char* words[] = {shell, option, script, first, second, nullptr};
char set[] = "SET=here";
char path[] = "PATH=/bin:/usr/bin";
char* variables[] = {set, path, nullptr};
constexpr const char* kShell = "/bin/sh";

/// What a child prints that runs `start`.
std::string printed(const std::function<void()>& start) {
  int ends[2];
  EXPECT_EQ(::pipe(ends), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    ::dup2(ends[1], STDOUT_FILENO);
    ::setenv("SET", "there", 1);
    start();
    ::_exit(9);
  }
  ::close(ends[1]);
  std::string text;
  char byte = 0;
  while (::read(ends[0], &byte, 1) == 1) text += byte;
  ::close(ends[0]);
  ::waitpid(child, nullptr, 0);
  return text;
}

TEST(Exec, EachFunctionPassesAllOn) {
  EXPECT_EQ(printed([] { ::execve(kShell, words, variables); }), "a b c here\n");
  EXPECT_EQ(printed([] { ::execvpe("sh", words, variables); }), "a b c here\n");
  EXPECT_EQ(printed([] { ::execveat(AT_FDCWD, kShell, words, variables, 0); }), "a b c here\n");
  EXPECT_EQ(printed([] { ::fexecve(::open(kShell, O_RDONLY), words, variables); }), "a b c here\n");
  EXPECT_EQ(printed([] { ::execv(kShell, words); }), "a b c there\n");
  EXPECT_EQ(printed([] { ::execvp("sh", words); }), "a b c there\n");
  EXPECT_EQ(printed([] { ::execl(kShell, "sh", "-c", script, "a", "b c", nullptr); }), "a b c there\n");
  EXPECT_EQ(printed([] { ::execlp("sh", "sh", "-c", script, "a", "b c", nullptr); }), "a b c there\n");
  EXPECT_EQ(printed([] { ::execle(kShell, "sh", "-c", script, "a", "b c", nullptr, variables); }), "a b c here\n");
  EXPECT_EQ(printed([] { ::execl("/bin/echo", "echo", nullptr); }), "\n");
}

TEST(Exec, IsNotedInTheProcessThatIsWatched) {
  watch_exec(::getpid());
  EXPECT_FALSE(is_executing());
  EXPECT_EQ(::execl("/nothing/here", "x", nullptr), -1);
  EXPECT_EQ(errno, ENOENT);
  EXPECT_FALSE(is_executing()) << "it has failed";
  const pid_t child = ::vfork();
  if (child == 0) {
    ::execv(kShell, words);
    ::_exit(9);
  }
  EXPECT_FALSE(is_executing()) << "the child's memory is ours";
  ::waitpid(child, nullptr, 0);
}

}  // namespace
}  // namespace bucketprof::service
