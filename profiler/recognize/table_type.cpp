// SPDX-License-Identifier: Apache-2.0
//
// Finds a known class template among the qualifiers of the function, splits its template arguments and selects the key
// and the value type.
#include "profiler/recognize/table_type.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "profiler/alloc/type_name.h"
#include "profiler/recognize/implementations.h"

namespace bucketprof::recognize {
namespace {

/// Where a class template has its key and value types.
enum class Where : std::uint8_t {
  kMap,          // arguments 1 and 2 are key and value
  kSet,          // argument 1 is the key
  kEntry,        // argument 1 is the entry
  kSecond,       // argument 2 is the entry
  kPolicy,       // argument 1 is a policy of flat or node tables; its arguments 1 and 2 are key and value
  kInner,        // of argument 1: arguments 2 and 3 are key and value (boost's map), or 2 is the key (set)
  kThirdFourth,  // arguments 3 and 4 are key and value
  kText,         // the key is a string, argument 1 is the value
};

struct TypedClass {
  std::string_view name;
  Where where;
};
// If a name contains several of them, the first one in this list is used.
constexpr auto kTyped = std::to_array<TypedClass>({
    {"std::_Hashtable<", Where::kSecond},
    {"std::__detail::_Map_base<", Where::kSecond},
    {"std::__detail::_Insert_base<", Where::kSecond},
    {"std::__detail::_Insert<", Where::kSecond},
    {"std::__detail::_Rehash_base<", Where::kSecond},
    {"std::unordered_map<", Where::kMap},
    {"std::unordered_multimap<", Where::kMap},
    {"std::unordered_set<", Where::kSet},
    {"std::unordered_multiset<", Where::kSet},
    {"std::__1::__hash_table<", Where::kEntry},
    {"std::__1::unordered_map<", Where::kMap},
    {"std::__1::unordered_multimap<", Where::kMap},
    {"std::__1::unordered_set<", Where::kSet},
    {"std::__1::unordered_multiset<", Where::kSet},
    {"absl::container_internal::raw_hash_set<", Where::kPolicy},
    {"absl::container_internal::raw_hash_map<", Where::kPolicy},
    {"absl::flat_hash_map<", Where::kMap},
    {"absl::node_hash_map<", Where::kMap},
    {"absl::flat_hash_set<", Where::kSet},
    {"absl::node_hash_set<", Where::kSet},
    {"boost::unordered::detail::foa::table<", Where::kPolicy},
    {"boost::unordered::detail::foa::table_core<", Where::kPolicy},
    {"boost::unordered::detail::table<", Where::kInner},
    {"boost::unordered::unordered_map<", Where::kMap},
    {"boost::unordered::unordered_multimap<", Where::kMap},
    {"boost::unordered::unordered_flat_map<", Where::kMap},
    {"boost::unordered::unordered_node_map<", Where::kMap},
    {"boost::unordered::unordered_set<", Where::kSet},
    {"boost::unordered::unordered_multiset<", Where::kSet},
    {"boost::unordered::unordered_flat_set<", Where::kSet},
    {"boost::unordered::unordered_node_set<", Where::kSet},
    {"folly::f14::detail::F14Table<", Where::kPolicy},
    {"folly::f14::detail::F14BasicMap<", Where::kPolicy},
    {"folly::f14::detail::F14BasicSet<", Where::kPolicy},
    {"robin_hood::detail::Table<", Where::kThirdFourth},
    {"ankerl::unordered_dense::detail::table<", Where::kMap},
    {"tsl::detail_robin_hash::robin_hash<", Where::kEntry},
    {"tsl::detail_hopscotch_hash::hopscotch_hash<", Where::kEntry},
    {"tsl::detail_ordered_hash::ordered_hash<", Where::kEntry},
    {"tsl::detail_sparse_hash::sparse_hash<", Where::kEntry},
    {"tsl::detail_sparse_hash::sparse_array<", Where::kEntry},
    {"tsl::robin_map<", Where::kMap},
    {"tsl::robin_set<", Where::kSet},
    {"tsl::hopscotch_map<", Where::kMap},
    {"tsl::hopscotch_set<", Where::kSet},
    {"phmap::priv::raw_hash_set<", Where::kPolicy},
    {"gtl::priv::raw_hash_set<", Where::kPolicy},
    {"ska::flat_hash_map<", Where::kMap},
    {"ska::detailv3::sherwood_v3_table<", Where::kEntry},
    {"ska::detailv8::sherwood_v8_table<", Where::kEntry},
    {"emhash2::HashSet<", Where::kSet},
    {"emhash3::HashSet<", Where::kSet},
    {"emhash4::HashSet<", Where::kSet},
    {"emhash8::HashSet<", Where::kSet},
    {"emhash5::HashMap<", Where::kMap},
    {"emhash6::HashMap<", Where::kMap},
    {"emhash7::HashMap<", Where::kMap},
    {"emhash8::HashMap<", Where::kMap},
    {"QHash<", Where::kMap},
    {"QSet<", Where::kSet},
    {"QMultiHash<", Where::kMap},
    {"QHashPrivate::Data<", Where::kPolicy},
    {"llvm::DenseMap<", Where::kMap},
    {"llvm::SmallDenseMap<", Where::kMap},
    {"llvm::DenseMapBase<", Where::kPolicy},
    {"llvm::StringMap<", Where::kText},
    {"google::dense_hashtable<", Where::kEntry},
    {"google::sparse_hashtable<", Where::kEntry},
    {"google::dense_hash_map<", Where::kMap},
    {"google::sparse_hash_map<", Where::kMap},
    {"google::protobuf::Map<", Where::kMap},
    {"eastl::hashtable<", Where::kSecond},
});

bool opens(char c) { return c == '<' || c == '(' || c == '[' || c == '{'; }
bool closes(char c) { return c == '>' || c == ')' || c == ']' || c == '}'; }

/// Position of the class as a qualifier, that is, outside of brackets; npos if there is none. The last one is used, as
/// earlier ones are return types.
std::size_t find_class(std::string_view text, std::string_view name) {
  std::size_t found = text.npos;
  std::size_t depth = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool starts = i == 0 || text[i - 1] == ' ' || text[i - 1] == '*' || text[i - 1] == '&';
    if (depth == 0 && starts && text.substr(i).starts_with(name)) found = i;
    if (opens(text[i])) ++depth;
    if (closes(text[i]) && depth > 0) --depth;
  }
  return found;
}

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

/// The template arguments behind the first '<'; none if the text is cut short.
std::vector<std::string_view> arguments(std::string_view text) {
  std::vector<std::string_view> found;
  const std::size_t open = text.find('<');
  if (open == text.npos) return found;
  std::size_t depth = 0;
  std::size_t start = open + 1;
  for (std::size_t i = open + 1; i < text.size(); ++i) {
    const bool ends = depth == 0 && (text[i] == ',' || text[i] == '>');
    if (ends) {
      found.push_back(trimmed(text.substr(start, i - start)));
      start = i + 1;
      if (text[i] == '>') return found;
    }
    if (opens(text[i])) ++depth;
    if (closes(text[i]) && depth > 0) --depth;
  }
  return {};  // no closing bracket
}

struct Text {
  std::string chars;
  void add(char c) { chars += c; }
  void add(std::string_view text) { chars += text; }
};

/// The short form of alloc/type_name.h, which expects the spelling of compilers: demanglers write `char const*` for
/// `const char*`.
std::string shortened(std::string_view type) {
  std::string text(trimmed(type));
  if (text.ends_with(" const")) text.resize(text.size() - 6);  // the key type of a pair
  for (const std::string_view pointer : {" const*", " const&"}) {
    if (text.ends_with(pointer) && text.find(' ') == text.size() - pointer.size()) {
      text = "const " + text.substr(0, text.size() - pointer.size()) + pointer.back();
    }
  }
  // The strings of libc++ and of libstdc++'s two ABIs shall look the same.
  for (std::size_t at = text.find("std::__1::"); at != text.npos; at = text.find("std::__1::", at))
    text.erase(at + 5, 5);
  constexpr std::string_view kLongString = "std::basic_string<char, std::char_traits<char>, std::allocator<char> >";
  for (std::size_t at = text.find(kLongString); at != text.npos; at = text.find(kLongString, at)) {
    text.replace(at, kLongString.size(), "std::basic_string<char>");
  }
  Text out;
  alloc::detail::add_short(out, text);
  return out.chars;
}

std::string map_name(std::string_view key, std::string_view value) {
  // The last two are the value types of the maps that Qt and LLVM implement sets with.
  const bool set = value == "void" || value == "QHashDummyValue" || value == "llvm::detail::DenseSetEmpty";
  return set ? shortened(key) : shortened(key) + " -> " + shortened(value);
}

/// A pair is a key and a value, any other type is a key.
std::string entry_name(std::string_view type) {
  for (const std::string_view pair :
       {"std::pair<", "std::__1::pair<", "std::__1::__hash_value_type<", "eastl::pair<"}) {
    if (!type.starts_with(pair)) continue;
    const auto parts = arguments(type);
    if (parts.size() == 2) return map_name(parts[0], parts[1]);
  }
  return shortened(type);
}

std::string entry_of(const std::vector<std::string_view>& given, Where where) {
  const auto has = [](const auto& list, std::size_t count) { return list.size() >= count; };
  switch (where) {
    case Where::kMap:
      return has(given, 2) ? map_name(given[0], given[1]) : "";
    case Where::kSet:
      return has(given, 1) ? shortened(given[0]) : "";
    case Where::kEntry:
      return has(given, 1) ? entry_name(given[0]) : "";
    case Where::kSecond:
      return has(given, 2) ? entry_name(given[1]) : "";
    case Where::kThirdFourth:
      return has(given, 4) ? map_name(given[2], given[3]) : "";
    case Where::kText:
      return has(given, 1) ? "string -> " + shortened(given[0]) : "";
    case Where::kPolicy:
    case Where::kInner:
      break;
  }
  if (given.empty()) return "";
  const auto inner = arguments(given[0]);
  if (where == Where::kInner) {
    const bool map = given[0].starts_with("boost::unordered::detail::map<");
    return !has(inner, 3) ? "" : map ? map_name(inner[1], inner[2]) : shortened(inner[1]);
  }
  const std::string_view policy = given[0].substr(0, given[0].find('<'));
  const bool set = policy.find("Set") != policy.npos || policy.find("set") != policy.npos;
  if (set || inner.size() == 1) return has(inner, 1) ? shortened(inner[0]) : "";
  return has(inner, 2) ? map_name(inner[0], inner[1]) : "";
}

}  // namespace

TableType table_type(std::string_view demangled) {
  const std::string text = without_versions(demangled);
  for (const TypedClass& known : kTyped) {
    if (text.find(known.name) == text.npos) continue;
    const std::size_t at = find_class(text, known.name);
    if (at == text.npos) continue;
    const auto given = arguments(std::string_view(text).substr(at));
    if (given.empty()) continue;
    return {entry_of(given, known.where), std::string(given[0].substr(0, given[0].find('<')))};
  }
  return {};
}

}  // namespace bucketprof::recognize
