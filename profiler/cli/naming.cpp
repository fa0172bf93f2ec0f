// SPDX-License-Identifier: Apache-2.0
//
// Symbolizing changes a profile's strings, mappings, functions and locations (here: its tables) but no samples, so the
// child sends back only the tables. It keeps its current position in memory that it shares with the parent.
#include "profiler/cli/naming.h"

#include <fmt/format.h>
#include <sys/mman.h>

#include <atomic>
#include <csignal>
#include <map>
#include <new>
#include <string_view>
#include <utility>

#include "profiler/base/result.h"
#include "profiler/cli/apart.h"
#include "profiler/pprof/pprof.h"

namespace bucketprof::cli {
namespace {

/// How far the child has come.
struct Position {
  std::atomic<std::size_t> done{0};
  std::atomic<std::size_t> total{0};
  std::atomic<model::StringId> file{0};  // being read; 0: none
};

/// A Position in memory that this process shares with its children.
class SharedPosition {
 public:
  SharedPosition() {
    void* const page = ::mmap(nullptr, sizeof(Position), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (page == MAP_FAILED) throw std::bad_alloc();
    position_ = new (page) Position;
  }
  SharedPosition(const SharedPosition&) = delete;
  SharedPosition& operator=(const SharedPosition&) = delete;
  ~SharedPosition() { ::munmap(position_, sizeof(Position)); }
  Position& operator*() const { return *position_; }
  Position* operator->() const { return position_; }

 private:
  Position* position_;
};

/// A profile of the tables that symbolizing changes, without samples.
model::Profile tables_of(model::Profile&& profile) {
  model::Profile tables;
  tables.strings = std::move(profile.strings);
  tables.mappings = std::move(profile.mappings);
  tables.functions = std::move(profile.functions);
  tables.locations = std::move(profile.locations);
  return tables;
}

/// The child's result: each note followed by a 0 byte, one more 0 byte, and the tables in pprof format.
std::string message(const std::vector<std::string>& notes, const model::Profile& tables) {
  std::string bytes;
  for (const std::string& note : notes) bytes.append(note.c_str()) += '\0';
  bytes += '\0';
  return bytes += pprof::encode(tables);
}

/// Parses a message(): replaces the tables of `profile` and appends to `notes`. Returns false, and changes neither, if
/// `bytes` is not a valid message.
bool take(std::string_view bytes, model::Profile& profile, std::vector<std::string>& notes) {
  std::vector<std::string> found;
  for (std::size_t end = 0; (end = bytes.find('\0')) != std::string_view::npos; bytes.remove_prefix(end + 1)) {
    if (end == 0) break;
    found.emplace_back(bytes.substr(0, end));
  }
  if (bytes.empty()) return false;
  auto tables = pprof::decode(bytes.substr(1));
  if (!tables.ok() || tables->locations.size() != profile.locations.size()) return false;
  profile.strings = std::move(tables->strings);
  profile.mappings = std::move(tables->mappings);
  profile.functions = std::move(tables->functions);
  profile.locations = std::move(tables->locations);
  notes.insert(notes.end(), found.begin(), found.end());
  return true;
}

/// Whether reading a file can be why the child failed: it exited, crashed or ran out of memory (the kernel then sends
/// SIGKILL). Any other signal was sent by another process to stop it.
bool is_due_to_a_file(const Apart& apart) {
  for (const int signal : {SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGKILL, SIGXCPU}) {
    if (apart.signal == signal) return true;
  }
  return apart.signal == 0;
}

}  // namespace

std::vector<std::string> look_up_names(model::Profile& profile, const OnProgress& progress, Symbolize symbolize) {
  std::vector<std::string> notes;
  if (!symbolize::has_unnamed(profile)) return notes;
  const SharedPosition position;
  symbolize::SymbolizeOptions options;
  options.progress = [&position](std::size_t done, std::size_t total) {
    position->done = done;
    position->total = total;
  };
  options.begins = [&position](model::StringId file) { position->file = file; };
  std::map<model::StringId, std::string> endings;  // by file, how the last child that failed at it ended
  for (;;) {
    position->file = 0;
    const auto apart = run_apart(
        [&] {
          const std::vector<std::string> found = symbolize(profile, options).notes;
          position->file = 0;
          return message(found, tables_of(std::move(profile)));
        },
        [&] { progress(position->done, position->total); });
    const model::StringId file = position->file;
    std::string problem;
    if (!apart.ok()) {
      problem = apart.error();
    } else if (apart->ending.empty() && take(apart->bytes, profile, notes)) {
      break;
    } else {
      problem = apart->ending.empty() ? "an unreadable answer" : apart->ending;
      const bool again = file != 0 && is_due_to_a_file(*apart) && options.reads[file] != symbolize::Reads::kNothing;
      if (again) {
        options.reads[file] =
            options.reads[file] == symbolize::Reads::kAll ? symbolize::Reads::kSymbols : symbolize::Reads::kNothing;
        endings[file] = problem;
        continue;
      }
    }
    notes.push_back(fmt::format("code addresses stay without names: looking them up ended with {}", problem));
    break;
  }
  for (const auto& [file, ending] : endings) {
    const bool symbols = options.reads[file] == symbolize::Reads::kSymbols;
    notes.push_back(fmt::format("{}: reading its {} ended with {}; {}", profile.str(file),
                                symbols ? "debug information" : "symbols", ending,
                                symbols ? "its functions have the names of its symbol table and no lines"
                                        : "its code addresses stay without names"));
  }
  return notes;
}

}  // namespace bucketprof::cli
