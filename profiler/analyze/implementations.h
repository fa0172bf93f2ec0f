// SPDX-License-Identifier: Apache-2.0
//
// Known hash tables by the names of their functions: whose a function is, and what a block is that it allocates.
// known_tables.h, table_patterns.h and library_patterns.h are the tables, docs/implementations.md says how to add to
// them. Thread-safe (no state).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace bucketprof::analyze {

/// Whose code a function is.
enum class Owner : std::uint8_t {
  kUser,       // not known: the program's
  kLibrary,    // a library of containers, but no table
  kAllocator,  // hands memory on: operator new, malloc, std::allocator
  kVector,     // std::vector's way to its memory, or std::list's: some tables keep their slots there
  kTable,      // a table's
  kCommon,     // a table's if it was called by one, else the program's
  kNameless,   // "file+0x1234", a symbolizer's name for code without one
};

/// A hash table as profiles name it.
struct Implementation {
  std::string_view kind;         // label `kind`
  std::string_view name;         // of a table whose types are not known
  std::string_view node_kind{};  // the kind where the first template argument has `node_mark` in its name
  std::string_view node_mark{};
  bool in_vectors = false;  // its slots are in standard containers
};

/// What the name of a function says. `part` and `cause` are texts of labels, "" where it says nothing.
struct Role {
  Owner owner = Owner::kUser;
  const Implementation* table = nullptr;  // of kTable and kCommon
  std::string_view part{};
  std::string_view cause{};
};

/// Takes any name that a symbolizer gives: with or without return type, arguments and template arguments. The longest
/// pattern wins.
[[nodiscard]] Role role_of(std::string_view function);

/// The qualified name as patterns spell it: without the versions of inline namespaces, and without what Rust adds to a
/// path.
[[nodiscard]] std::string pattern_name(std::string_view function);

/// A name with the versions of inline namespaces taken out, anywhere in it: absl::lts_20230802::, std::__8::. libc++'s
/// is always std::__1::.
[[nodiscard]] std::string without_versions(std::string_view text);

}  // namespace bucketprof::analyze
