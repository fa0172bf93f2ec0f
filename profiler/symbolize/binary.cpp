// SPDX-License-Identifier: Apache-2.0
//
// libdwfl opens the file as an offline module, which combines the file with its debug file. DWARF is consulted first,
// then the ELF symbol table.
#include "profiler/symbolize/binary.h"

#include <elfutils/libdwfl.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <system_error>
#include <unordered_map>
#include <utility>

#include "profiler/symbolize/compression.h"
#include "profiler/symbolize/debug_file.h"
#include "profiler/symbolize/dwarf_index.h"
#include "profiler/symbolize/elf_symbols.h"

namespace bucketprof::symbolize {
namespace {

namespace fs = std::filesystem;

struct Segment {
  std::uint64_t offset;
  std::uint64_t file_size;
  std::uint64_t address;
  bool executable;
};

constexpr const char* kCost = "functions that were inlined have no names, others no lines";

// Input and output of the debug file callback; the module's user data points to it.
struct Search {
  fs::path file;
  std::string build_id;
  std::vector<fs::path> debug_dirs;
  bool allowed;      // if false, no debug file is searched for
  fs::path found;    // the debug file
  fs::path refused;  // has the debug file's name, but failed the verification
};

// libdwfl calls it with these eight arguments.
int find_debug_file_callback(Dwfl_Module*, void** userdata, const char*, Dwarf_Addr, const char*, const char* link_file,
                             GElf_Word link_crc, char** name) {
  auto* search = static_cast<Search*>(*userdata);
  if (search == nullptr || !search->allowed) return -1;
  const DebugLink link{search->build_id, link_file == nullptr ? "" : link_file, link_crc};
  const auto found = find_debug_file(search->file, link, search->debug_dirs, &search->refused);
  if (!found) return -1;
  const int fd = ::open(found->c_str(), O_RDONLY | O_CLOEXEC);
  search->found = *found;
  if (fd >= 0) *name = ::strdup(found->c_str());
  return fd;
}

constexpr Dwfl_Callbacks kCallbacks{nullptr, &find_debug_file_callback, &dwfl_offline_section_address, nullptr};

class DwflBinary final : public Binary {
 public:
  ~DwflBinary() override {
    if (dwfl_ != nullptr) dwfl_end(dwfl_);
  }

  // Returns what is wrong with the file, or "".
  std::string load(const fs::path& file, std::span<const fs::path> debug_dirs, bool with_debug_information) {
    search_ = {file, build_id_of(file), {debug_dirs.begin(), debug_dirs.end()}, with_debug_information, {}, {}};
    const int fd = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0) return std::strerror(errno);
    dwfl_ = dwfl_begin(&kCallbacks);
    dwfl_report_begin(dwfl_);
    module_ = dwfl_report_offline(dwfl_, "", file.c_str(), fd);  // owns the descriptor if it succeeds
    if (module_ == nullptr) {
      ::close(fd);
      return fmt::format("not a usable ELF file ({})", dwfl_errmsg(-1));
    }
    dwfl_report_end(dwfl_, nullptr, nullptr);
    void** userdata = nullptr;
    dwfl_module_info(module_, &userdata, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr);
    *userdata = &search_;
    return read_segments();
  }

  const std::string& build_id() const override { return search_.build_id; }

  std::optional<std::uint64_t> address_of_offset(std::uint64_t offset) const override {
    const Segment* best = nullptr;
    for (const Segment& segment : segments_) {
      const bool inside = offset >= segment.offset && offset - segment.offset < segment.file_size;
      if (inside && (best == nullptr || (segment.executable && !best->executable))) best = &segment;
    }
    if (best == nullptr) return std::nullopt;
    return offset - best->offset + best->address;
  }

  std::vector<NamedFrame> frames(std::uint64_t address) override {
    prepare();
    std::vector<NamedFrame> frames;
    if (dwarf_) {
      for (const DwarfFrame& frame : dwarf_->frames(address + bias_ - dwarf_bias_)) {
        const FunctionName* function = frame.function != nullptr ? frame.function : symbol(address);
        if (function == nullptr) continue;
        const bool declared_here = frame.function != nullptr && function->file == frame.file;
        frames.push_back(
            {function->name, function->system_name, frame.file, frame.line, declared_here ? function->line : 0});
      }
      if (!frames.empty()) restore_scope(frames.back(), address);
    }
    if (frames.empty()) {
      if (const FunctionName* function = symbol(address); function != nullptr) {
        frames.push_back({function->name, function->system_name, {}, 0, 0});
      }
    }
    return frames;
  }

  std::string problem() const override {
    if (!unreadable_.empty()) return unreadable_;
    if (!search_.refused.empty()) {
      return fmt::format("{} is not its debug file (cut, rebuilt or replaced): {}", search_.refused.native(), kCost);
    }
    if (!dwarf_ || dwarf_->missing_files().empty()) return {};
    const auto& missing = dwarf_->missing_files();
    if (const std::string compressed = unreadable_compression(*missing.begin()); !compressed.empty())
      return fmt::format("its debug information is split, and {} {}; until then {}", *missing.begin(), compressed,
                         kCost);
    const std::string others = missing.size() > 1 ? fmt::format(" and {} more", missing.size() - 1) : "";
    return fmt::format("its debug information is split, and {}{} cannot be read: {}", *missing.begin(), others, kCost);
  }

 private:
  std::string read_segments() {
    Elf* elf = dwfl_module_getelf(module_, &bias_);
    std::size_t count = 0;
    if (elf == nullptr || elf_getphdrnum(elf, &count) != 0) return "its program headers cannot be read";
    for (std::size_t i = 0; i < count; ++i) {
      GElf_Phdr header;
      if (gelf_getphdr(elf, static_cast<int>(i), &header) == nullptr || header.p_type != PT_LOAD) continue;
      segments_.push_back({header.p_offset, header.p_filesz, header.p_vaddr, (header.p_flags & PF_X) != 0});
    }
    return segments_.empty() ? "it has no loadable segment" : "";
  }

  void prepare() {
    if (std::exchange(prepared_, true)) return;
    Dwarf* const dwarf = search_.allowed ? dwfl_module_getdwarf(module_, &dwarf_bias_) : nullptr;
    if (dwarf != nullptr) dwarf_ = std::make_unique<DwarfIndex>(dwarf, packages());
    std::string compressed;
    if (search_.allowed) compressed = unreadable_compression(dwfl_module_getelf(module_, &bias_), search_.file);
    if (!search_.found.empty() && compressed.empty()) compressed = unreadable_compression(search_.found);
    if (!compressed.empty()) {
      unreadable_ = fmt::format("its debug information {}; until then {}", compressed, kCost);
    } else if (dwarf == nullptr && !search_.found.empty()) {
      unreadable_ = fmt::format("{} cannot be read ({}): {}", search_.found.native(), dwfl_errmsg(-1), kCost);
    }
    symbols_ = std::make_unique<ElfSymbols>(module_);
  }

  /// Where the package of split debug information may be: beside the program, under its name and its real name, and
  /// beside its debug file.
  std::vector<fs::path> packages() const {
    std::error_code error;
    std::vector<fs::path> files{search_.file, fs::canonical(search_.file, error)};
    if (!search_.found.empty()) files.push_back(search_.found);
    for (fs::path& file : files) file += ".dwp";
    return files;
  }

  // Minimal debug information (-g1) lacks linkage names and the namespaces of functions that were not inlined; the
  // symbol table has both.
  void restore_scope(NamedFrame& frame, std::uint64_t address) {
    if (frame.system_name.starts_with("_Z") || frame.name.find("::") != std::string::npos) return;
    const FunctionName* function = symbol(address);
    if (function == nullptr || function->name.find("::") == std::string::npos) return;
    frame.name = function->name;
    frame.system_name = function->system_name;
  }

  const FunctionName* symbol(std::uint64_t address) {
    const char* name = symbols_->find(address + bias_);
    if (name == nullptr) return nullptr;
    FunctionName& function = symbol_names_[name];
    if (function.name.empty()) function = {demangle(name), name, "", 0};
    return &function;
  }

  Search search_;
  Dwfl* dwfl_ = nullptr;
  Dwfl_Module* module_ = nullptr;
  Dwarf_Addr bias_ = 0;        // module address = file address + bias_
  Dwarf_Addr dwarf_bias_ = 0;  // module address = DWARF address + dwarf_bias_
  std::vector<Segment> segments_;
  bool prepared_ = false;
  std::string unreadable_;  // why its debug file cannot be read; "" if it can
  std::unique_ptr<DwarfIndex> dwarf_;
  std::unique_ptr<ElfSymbols> symbols_;
  std::unordered_map<const char*, FunctionName> symbol_names_;
};

}  // namespace

Result<std::unique_ptr<Binary>> Binary::open(const fs::path& file, std::span<const fs::path> debug_dirs,
                                             bool with_debug_information) {
  // Checked before opening, because opening a FIFO or a device may block or have side effects.
  std::error_code error;
  const fs::file_status status = fs::status(file, error);
  if (!fs::exists(status)) return Error{fmt::format("{}: no such file", file.native())};
  if (!fs::is_regular_file(status)) return Error{fmt::format("{}: not a regular file", file.native())};
  auto binary = std::make_unique<DwflBinary>();
  const std::string problem = binary->load(file, debug_dirs, with_debug_information);
  if (!problem.empty()) return Error{fmt::format("{}: {}", file.native(), problem)};
  return std::unique_ptr<Binary>(std::move(binary));
}

}  // namespace bucketprof::symbolize
