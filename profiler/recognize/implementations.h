// SPDX-License-Identifier: Apache-2.0
//
// Classifies functions by their names: which library or hash table a function belongs to, and what it allocates. The
// data is in known_tables.h, *_table_patterns.h and library_patterns.h. docs/implementations.md explains how to add a
// table.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hashmap/part.h"
#include "profiler/tables/kind.h"
#include "profiler/tables/names.h"

namespace bucketprof::recognize {

/// What a function belongs to.
enum class Owner : std::uint8_t {
  kUser,       // the program: any unknown name
  kLibrary,    // a library of containers, but not a hash table
  kAllocator,  // passes memory on: operator new, malloc, std::allocator
  kVector,     // std::vector, std::deque or std::list: some hash tables keep their slots in one
  kTable,      // a hash table
  kCommon,     // a common name: a hash table's if the table called it, else the program's
  kNameless,   // unknown: "file+0x1234", where a symbolizer found no name
};

/// A known hash table and its names in profiles.
struct Implementation {
  tables::Kind kind = tables::Kind::kUnknown;
  std::string_view name;                            // table name if the key and value types are unknown
  tables::Kind node_kind = tables::Kind::kUnknown;  // if the first template argument's name contains `node_mark`
  std::string_view node_mark{};
  bool in_vectors = false;     // keeps its slots in standard containers
  std::string_view library{};  // the outer functions of all tables of a library have the same names
};

/// What the name of a function shows. `part` and `cause` are nullopt if the name does not determine them.
struct Role {
  Owner owner = Owner::kUser;
  const Implementation* table = nullptr;  // set for kTable and kCommon
  std::optional<hashmap::Part> part{};
  std::optional<hashmap::Cause> cause{};
  std::optional<hashmap::Cause> alone{};  // cause if no function of the table called it
  bool allocates_keys = false;            // what this function itself allocates is not the table's
  bool anchors = false;                   // of kCommon: it counts if it called another common one of the table
  std::string_view source{};              // of kCommon: kTable if it is defined in a file of this name
};

/// The part or cause of a pattern, by its name in profiles; "" if the function does not determine it. Does not compile
/// with any other text.
struct PartName {
  std::optional<hashmap::Part> part;
  consteval PartName(const char* text) {  // NOLINT(google-explicit-constructor)
    const std::string_view name = text;
    if (!name.empty()) part = tables::part_of(name);
    if (part && tables::name_of(*part) != name) throw "no such part";
  }
};
struct CauseName {
  std::optional<hashmap::Cause> cause;
  consteval CauseName(const char* text) {  // NOLINT(google-explicit-constructor)
    const std::string_view name = text;
    if (!name.empty()) cause = tables::cause_of(name);
    if (cause && tables::name_of(*cause) != name) throw "no such cause";
  }
};

/// Accepts names from any symbolizer, with or without return type, arguments and template arguments. The longest
/// matching pattern is used. `file` is the source file, "" if unknown.
[[nodiscard]] Role role_of(std::string_view function, std::string_view file = {});

/// The roles of a common name: tables may have functions of one name. Empty for other names.
[[nodiscard]] std::vector<Role> common_roles(std::string_view function);

/// The qualified name as patterns spell it: without version namespaces, and without the generics and the hash that Rust
/// adds to a path.
[[nodiscard]] std::string pattern_name(std::string_view function);

/// Removes inline version namespaces anywhere in a name, for example lts_20230802:: in absl::lts_20230802::. libc++'s
/// is replaced by __1::.
[[nodiscard]] std::string without_versions(std::string_view text);

}  // namespace bucketprof::recognize
