// SPDX-License-Identifier: Apache-2.0
//
// Parses ELF by hand: only a few headers and one symbol table are needed. The file may be huge, so it is mapped.
#include "profiler/cli/program.h"

#include <elf.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <optional>
#include <span>

#include "profiler/base/elf_note.h"

namespace bucketprof::cli {
namespace {

constexpr int kMostScripts = 4;  // the interpreter of a script may be a script, too; the kernel allows that

class MappedFile {
 public:
  explicit MappedFile(const std::string& path) {
    const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
    struct stat about {};
    if (fd >= 0 && fstat(fd, &about) == 0 && S_ISREG(about.st_mode) && about.st_size > 0) {
      const auto size = static_cast<std::size_t>(about.st_size);
      void* const start = mmap(nullptr, size, PROT_READ, MAP_PRIVATE, fd, 0);
      if (start != MAP_FAILED) bytes_ = {static_cast<const char*>(start), size};
    }
    if (fd >= 0) close(fd);
  }
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;
  ~MappedFile() {
    if (!bytes_.empty()) munmap(const_cast<char*>(bytes_.data()), bytes_.size());
  }
  [[nodiscard]] std::string_view bytes() const { return bytes_; }

 private:
  std::string_view bytes_;
};

/// Reads a T at `offset`, or nothing if the file ends before it does: the file may be truncated or malformed.
template <class T>
std::optional<T> read_at(std::string_view file, std::uint64_t offset) {
  if (offset > file.size() || file.size() - offset < sizeof(T)) return std::nullopt;
  T value;
  std::memcpy(&value, file.data() + offset, sizeof value);
  return value;
}

void read_symbols(std::string_view file, const Elf64_Shdr& table, const Elf64_Shdr& texts, Program& program) {
  const auto is = [&](std::uint64_t at, std::string_view name) {
    const std::uint64_t offset = texts.sh_offset + at;
    return offset < file.size() && file.size() - offset > name.size() && file.substr(offset, name.size()) == name &&
           file[offset + name.size()] == '\0';
  };
  for (std::uint64_t at = 0; at + sizeof(Elf64_Sym) <= table.sh_size; at += sizeof(Elf64_Sym)) {
    const auto symbol = read_at<Elf64_Sym>(file, table.sh_offset + at);
    if (!symbol) return;
    if (symbol->st_shndx == SHN_UNDEF) continue;
    program.has_malloc = program.has_malloc || is(symbol->st_name, "malloc");
  }
}

void read_elf(std::string_view file, Program& program) {
  const auto header = read_at<Elf64_Ehdr>(file, 0);
  program.is_native = header && std::memcmp(header->e_ident, ELFMAG, SELFMAG) == 0 &&
                      header->e_ident[EI_CLASS] == ELFCLASS64 && header->e_machine == EM_X86_64;
  if (!program.is_native) return;
  program.is_dynamic = false;
  for (std::uint64_t i = 0; i < header->e_phnum; ++i) {
    const auto segment = read_at<Elf64_Phdr>(file, header->e_phoff + i * header->e_phentsize);
    if (!segment) continue;
    program.is_dynamic = program.is_dynamic || segment->p_type == PT_INTERP;
    if (segment->p_type != PT_NOTE || segment->p_offset > file.size()) continue;
    program.is_linked = program.is_linked || our_note(file.substr(segment->p_offset, segment->p_filesz)).has_value();
  }
  // The loader uses .dynsym. A static program has only .symtab, which `strip` removes.
  const std::uint32_t wanted = program.is_dynamic ? SHT_DYNSYM : SHT_SYMTAB;
  program.has_symbols = false;
  for (std::uint64_t i = 0; i < header->e_shnum; ++i) {
    const auto section = read_at<Elf64_Shdr>(file, header->e_shoff + i * header->e_shentsize);
    if (!section || section->sh_type != wanted) continue;
    const auto texts =
        read_at<Elf64_Shdr>(file, header->e_shoff + section->sh_link * std::uint64_t{header->e_shentsize});
    if (!texts) continue;
    program.has_symbols = true;
    read_symbols(file, *section, *texts, program);
  }
}

/// Whether the file runs in secure-execution mode, in which the loader ignores LD_PRELOAD. Decided as the kernel does.
bool is_privileged(const std::string& file) {
  struct stat about {};
  if (stat(file.c_str(), &about) != 0) return false;
  if ((about.st_mode & S_ISUID) != 0 && about.st_uid != geteuid()) return true;
  if ((about.st_mode & S_ISGID) != 0 && about.st_gid != getegid()) return true;
  return geteuid() != 0 && getxattr(file.c_str(), "security.capability", nullptr, 0) > 0;
}

bool can_run(const std::filesystem::path& path) {
  std::error_code error;
  return std::filesystem::is_regular_file(path, error) && access(path.c_str(), X_OK) == 0;
}

Result<std::string> find(const std::string& name) {
  if (name.find('/') != std::string::npos) {
    if (can_run(name)) return name;
    std::error_code error;
    const char* const reason = std::filesystem::is_directory(name, error)
                                   ? "it is a directory"
                                   : std::strerror(access(name.c_str(), X_OK) != 0 ? errno : EACCES);
    return Error{fmt::format("cannot start: {}: {}", name, reason)};
  }
  const char* const path = std::getenv("PATH");
  std::string_view left = path != nullptr ? path : "/bin:/usr/bin";
  for (;;) {
    const std::size_t end = left.find(':');
    const std::filesystem::path directory(end == 0 || left.empty() ? std::string_view(".") : left.substr(0, end));
    if (can_run(directory / name)) return (directory / name).string();
    if (end == std::string_view::npos) break;
    left.remove_prefix(end + 1);
  }
  return Error{fmt::format("cannot start: {}: it is in no directory of PATH", name)};
}

std::vector<std::string> words_in(std::string_view text) {
  std::vector<std::string> words;
  for (std::size_t at = 0; (at = text.find_first_not_of(" \t", at)) != std::string_view::npos;) {
    const std::size_t end = std::min(text.find_first_of(" \t", at), text.size());
    words.emplace_back(text.substr(at, end - at));
    at = end;
  }
  return words;
}

/// The interpreter and its argument from the first line of a script, split as the kernel does. `env` is replaced by the
/// program that it executes, because that is what the user wants to profile. Empty if the file is not a script.
std::vector<std::string> interpreter_of(std::string_view file) {
  if (!file.starts_with("#!")) return {};
  std::string_view line = file.substr(2, std::min<std::size_t>(file.find('\n'), 256) - 2);
  std::vector<std::string> words = words_in(line);
  if (words.empty()) return {};
  if (std::filesystem::path(words[0]).filename() == "env" && words.size() > 1) {
    std::size_t first = 1;
    if (words[1] == "-S") first = 2;
    const bool plain = first < words.size() && words[first][0] != '-' && words[first].find('=') == std::string::npos;
    if (plain && (first == 2 || words.size() == 2)) {
      words.erase(words.begin(), words.begin() + static_cast<std::ptrdiff_t>(first));
      return words;
    }
  }
  const std::size_t argument = line.find(words.size() > 1 ? words[1] : words[0], line.find(words[0]) + words[0].size());
  if (words.size() > 2) words = {words[0], std::string(line.substr(argument))};  // the rest is a single argument
  return words;
}

}  // namespace

Result<Program> look_at(const std::vector<std::string>& command) {
  Program program;
  program.command = command;
  auto found = find(command.at(0));
  for (int scripts = 0; found.ok() && scripts < kMostScripts; ++scripts) {
    const MappedFile file(*found);
    std::vector<std::string> words = interpreter_of(file.bytes());
    if (words.empty()) break;
    program.command[0] = *found;
    program.command.insert(program.command.begin(), words.begin(), words.end());
    found = find(words[0]);
  }
  if (!found.ok()) return Error{found.error()};
  program.file = *found;
  program.is_privileged = is_privileged(program.file);
  const MappedFile file(program.file);
  program.readable = !file.bytes().empty();
  if (program.readable) read_elf(file.bytes(), program);
  return program;
}

std::string why_impossible(const Program& program) {
  const auto because = [&program](std::string_view reason, std::string_view remedy) {
    return fmt::format("cannot profile: {}: {}: {}", program.file, reason, remedy);
  };
  if (program.is_privileged) {
    return because("it is set-uid, set-gid or has capabilities, so the system keeps profilers out",
                   "run a copy of it as the user whose rights it needs");
  }
  if (!program.readable) return {};
  if (!program.is_native) return because("it is no program for 64-bit x86", "the agent runs on x86-64 Linux only");
  if (!program.is_dynamic && program.has_symbols && !program.is_linked) {
    return because("it is statically linked, so no agent can be loaded into it",
                   "link it dynamically, or with the bucketprof library");
  }
  return {};
}

}  // namespace bucketprof::cli
