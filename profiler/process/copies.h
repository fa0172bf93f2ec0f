// SPDX-License-Identifier: Apache-2.0
//
// The copies of this library in one process: each program and library that is linked with ours has one. The copy in the
// object that the loader lists first leads (record/lead.h): its recorder, and its service, serve them all. A note in
// each object (base/elf_note.h) says where its Copy is, so they are found however the objects were loaded.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "profiler/base/sandbox.h"
#include "profiler/process/exec.h"
#include "profiler/profiler.h"
#include "profiler/record/lead.h"

namespace bucketprof::service {

/// The functions of the lead that belong to the process; all but the first three are those of profiler.h.
struct Api {
  /// What the environment asks for. True if it asks for a recording; then end() must be called once.
  bool (*begin)() noexcept;
  void (*end)() noexcept;
  void (*end_early)() noexcept;
  void (*start)(const Options& options) noexcept;
  void (*stop)() noexcept;
  model::Profile (*snapshot)(At at);
  Status (*write_profile)(const std::filesystem::path& path, At at) noexcept;
  ExecState* (*exec_state)() noexcept;
  void (*before_sandbox)(sandbox::Mode mode) noexcept;
  void (*before_other_user)() noexcept;
};

/// The first word of the note, which says what the second one leads to. Raised when a Copy changes its layout; where it
/// was 1 there was none.
inline constexpr std::uint32_t kCopyLayout = 2;

/// Copies understand each other if version and types are equal.
struct Copy {
  const char* version;
  const char* types;  // of the standard library that they exchange
  const record::Lead* record;
  const Api* api;
};

/// What the standard library's types look like in this copy.
#if defined(_LIBCPP_VERSION)
inline constexpr const char* kExchangedTypes = "libc++";
#elif defined(_GLIBCXX_USE_CXX11_ABI) && _GLIBCXX_USE_CXX11_ABI
inline constexpr const char* kExchangedTypes = "libstdc++";
#else
inline constexpr const char* kExchangedTypes = "libstdc++ with the strings of before C++11";
#endif

/// Finds the lead and, if it is not `own`, follows it and keeps it loaded. Call once, before this copy is used. Returns
/// why this copy does neither, which makes its own recorder one that is not to be started: another version leads, or
/// this copy is in a namespace of its own. Else the text is empty.
[[nodiscard]] std::string join(const Copy& own);
/// Call when this copy is unloaded.
void leave() noexcept;

/// The functions of the lead that this copy follows; nullptr if it leads.
[[nodiscard]] const Api* lead_api() noexcept;

}  // namespace bucketprof::service
