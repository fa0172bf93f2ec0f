// SPDX-License-Identifier: Apache-2.0
//
// Uses fork and exec, because limits and closed descriptors have to be set in between. Outputs go to files, because a
// full pipe would stop the program.
#include "tests/support/process.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <iterator>
#include <ostream>
#include <thread>

namespace bucketprof::testing_support {
namespace {

constexpr int kNotStarted = 127;
constexpr std::chrono::milliseconds kPoll{5};

std::string slurp(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::vector<char*> pointers(std::vector<std::string>& words) {
  std::vector<char*> result;
  for (std::string& word : words) result.push_back(word.data());
  result.push_back(nullptr);
  return result;
}

// Of the profiler's variables a program gets those that its test gives, and this one: the C library's debug file, where
// it is installed, takes longer to read than most of these programs run.
constexpr std::string_view kNoDebugDirs = "BUCKETPROF_DEBUG_DIRS=";

std::vector<std::string> environment_with(const std::vector<std::string>& settings) {
  std::vector<std::string> all = settings;
  if (std::none_of(all.begin(), all.end(), [](const std::string& one) { return one.starts_with(kNoDebugDirs); })) {
    all.emplace_back(kNoDebugDirs);
  }
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    const std::string_view name = text.substr(0, text.find('=') + 1);
    bool replaced = name.starts_with("BUCKETPROF_");
    for (const std::string& setting : settings) replaced = replaced || setting.starts_with(name);
    if (!replaced) all.emplace_back(text);
  }
  return all;
}

void redirect(int descriptor, const char* path, int flags) {
  const int file = open(path, flags, 0600);
  if (file != descriptor) {
    dup2(file, descriptor);
    close(file);
  }
}

}  // namespace

void PrintTo(const Ended& ended, std::ostream* out) {
  *out << "status " << ended.status << ", signal " << ended.signal << (ended.timed_out ? ", timed out" : "")
       << "\nstdout:\n"
       << ended.out << "\nstderr:\n"
       << ended.err;
}

Process::Process(const Launch& launch) : deadline_(std::chrono::steady_clock::now() + launch.timeout) {
  std::vector<std::string> words = launch.words;
  std::vector<std::string> settings = environment_with(launch.settings);
  const std::vector<char*> arguments = pointers(words);
  const std::vector<char*> environment = pointers(settings);
  const std::string out = (dir_ / "out").string();
  const std::string err = (dir_ / "err").string();
  pid_ = fork();
  if (pid_ != 0) return;

  setpgid(0, 0);  // so that its children can be killed with it
  redirect(STDIN_FILENO, "/dev/null", O_RDONLY);
  redirect(STDOUT_FILENO, out.c_str(), O_WRONLY | O_CREAT | O_APPEND);
  redirect(STDERR_FILENO, err.c_str(), O_WRONLY | O_CREAT | O_APPEND);
  if (launch.err == Stderr::kClosed) close(STDERR_FILENO);
  if (launch.err == Stderr::kBrokenPipe) {
    int ends[2];
    if (pipe(ends) != 0) _exit(kNotStarted);
    dup2(ends[1], STDERR_FILENO);
    close(ends[0]);
    close(ends[1]);
  }
  if (!launch.directory.empty() && chdir(launch.directory.c_str()) != 0) _exit(kNotStarted);
  if (launch.file_size_limit.has_value()) {
    const rlimit limit{.rlim_cur = *launch.file_size_limit, .rlim_max = *launch.file_size_limit};
    setrlimit(RLIMIT_FSIZE, &limit);
  }
  execvpe(arguments[0], arguments.data(), environment.data());
  _exit(kNotStarted);
}

Process::~Process() {
  if (pid_ <= 0 || wait_status_.has_value()) return;
  kill(-pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
}

void Process::send(int signal) const {
  if (pid_ > 0) kill(pid_, signal);
}

bool Process::ended() {
  if (wait_status_.has_value() || pid_ <= 0) return true;
  int status = 0;
  const pid_t done = waitpid(pid_, &status, WNOHANG);
  if (done == pid_) wait_status_ = status;
  return done != 0;
}

bool Process::has_printed(std::string_view text) {
  for (;;) {
    const bool over = ended() || std::chrono::steady_clock::now() > deadline_;
    if (slurp(dir_ / "out").find(text) != std::string::npos) return true;
    if (over) return false;
    std::this_thread::sleep_for(kPoll);
  }
}

Ended Process::wait() {
  Ended result;
  while (!ended()) {
    if (std::chrono::steady_clock::now() > deadline_) {
      result.timed_out = true;
      kill(-pid_, SIGKILL);
      deadline_ = std::chrono::steady_clock::time_point::max();
    }
    std::this_thread::sleep_for(kPoll);
  }
  const int status = wait_status_.value_or(kNotStarted << 8);
  if (WIFEXITED(status)) result.status = WEXITSTATUS(status);
  if (WIFSIGNALED(status)) result.signal = WTERMSIG(status);
  result.out = slurp(dir_ / "out");
  result.err = slurp(dir_ / "err");
  return result;
}

Ended run(const Launch& launch) { return Process(launch).wait(); }

}  // namespace bucketprof::testing_support
