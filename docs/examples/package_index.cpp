// SPDX-License-Identifier: Apache-2.0
//
// Answers questions about a Debian package database: who needs a package, what is described by a word, what somebody
// maintains. It reads a file, or what `apt-cache dumpavail` prints, or /var/lib/dpkg/status. Its tables are
// bucketprof's profiled containers, so `bucketprof run -- package_index` shows what they cost.
#include <fmt/format.h>
#include <getopt.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>

#include "package_index/index.h"
#include "package_index/query.h"

namespace {

using package_index::Index;

constexpr const char* kUsage =
    "usage: package_index [--file DATABASE] [--show PACKAGE | --depends-on PACKAGE | --word WORD | --maintainer NAME]\n"
    "Without a question it prints a summary. Status: 0 answered, 1 nothing found, 2 wrong usage or input.\n";
constexpr const char* kInstalled = "/var/lib/dpkg/status";

enum Question : int { kSummary, kShow, kDependsOn, kWord, kMaintainer, kHelp, kFile };

struct Options {
  std::string file;
  Question question = kSummary;
  std::string argument;
};

std::string read_all(std::FILE* stream) {
  std::string text;
  std::array<char, 1 << 16> block;
  while (const std::size_t n = std::fread(block.data(), 1, block.size(), stream)) text.append(block.data(), n);
  if (std::ferror(stream) != 0) throw std::runtime_error(std::strerror(errno));
  return text;
}

std::string read_file(const std::string& path) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "re"), &std::fclose);
  if (!file) throw std::runtime_error(std::strerror(errno));
  return read_all(file.get());
}

/// What apt knows of all packages; "" where there is no apt or no package list.
std::string read_available() {
  std::FILE* pipe = popen("apt-cache dumpavail 2>/dev/null", "re");
  if (pipe == nullptr) return {};
  std::string text = read_all(pipe);
  return pclose(pipe) == 0 ? text : std::string();
}

std::optional<Options> parse(int argc, char** argv) {
  static const std::array<option, 7> kOptions{{{"file", required_argument, nullptr, kFile},
                                               {"show", required_argument, nullptr, kShow},
                                               {"depends-on", required_argument, nullptr, kDependsOn},
                                               {"word", required_argument, nullptr, kWord},
                                               {"maintainer", required_argument, nullptr, kMaintainer},
                                               {"help", no_argument, nullptr, kHelp},
                                               {nullptr, 0, nullptr, 0}}};
  Options options;
  for (int option = 0; (option = getopt_long(argc, argv, "", kOptions.data(), nullptr)) != -1;) {
    if (option == '?') return std::nullopt;
    if (option == kFile) {
      options.file = optarg;
    } else {
      options.question = static_cast<Question>(option);
      if (optarg != nullptr) options.argument = optarg;
    }
  }
  if (optind != argc) return std::nullopt;
  return options;
}

std::optional<std::string> answer(const Index& index, const Options& options) {
  switch (options.question) {
    case kShow:
      return package_index::show(index, options.argument);
    case kDependsOn:
      return package_index::depends_on(index, options.argument);
    case kWord:
      return package_index::described_by(index, options.argument);
    case kMaintainer:
      return package_index::maintained_by(index, options.argument);
    default:
      return package_index::summary(index);
  }
}

int run(const Options& options) {
  std::string source = options.file;
  try {
    std::string text;
    if (source.empty()) {
      source = "apt-cache dumpavail";
      text = read_available();
      if (text.empty()) source = kInstalled;
    }
    if (text.empty()) text = read_file(source);
    const Index index(std::move(text));
    const std::optional<std::string> found = answer(index, options);
    if (!found) {
      fmt::print(stderr, "package_index: nothing found for '{}'\n", options.argument);
      return 1;
    }
    fmt::print("{}", *found);
    return 0;
  } catch (const std::exception& error) {
    fmt::print(stderr, "package_index: {}: {}: give a package database with --file\n", source, error.what());
    return 2;
  }
}

}  // namespace

int main(int argc, char** argv) {
  const std::optional<Options> options = parse(argc, argv);
  if (!options) {
    fmt::print(stderr, "{}", kUsage);
    return 2;
  }
  if (options->question == kHelp) {
    fmt::print("{}", kUsage);
    return 0;
  }
  return run(*options);
}
