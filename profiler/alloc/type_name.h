// SPDX-License-Identifier: Apache-2.0
//
// Short names of types at compile time, for tables without a name: "string -> int" for a pair, no commas, no namespaces
// of the standard library, no default template arguments.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>
#include <type_traits>
#include <utility>

namespace bucketprof::alloc {

/// The compiler's spelling of T.
template <class T>
[[nodiscard]] constexpr std::string_view raw_type_name() {
  // g++: "... raw_type_name() [with T = X; std::string_view = ...]"; clang: "... raw_type_name() [T = X]"
  constexpr std::string_view text = __PRETTY_FUNCTION__;
  constexpr std::size_t begin = text.find("T = ") + 4;
  constexpr std::size_t semicolon = text.rfind("; std::string_view");
  constexpr std::size_t end = semicolon == std::string_view::npos ? text.rfind(']') : semicolon;
  return text.substr(begin, end - begin);
}

namespace detail {

/// A text of at most N characters built at compile time.
template <std::size_t N>
struct FixedText {
  std::array<char, N> chars{};
  std::size_t size = 0;
  constexpr void add(char c) {
    if (size < N) chars[size++] = c;
  }
  constexpr void add(std::string_view text) {
    for (const char c : text) add(c);
  }
};

struct Replacement {
  std::string_view from;
  std::string_view to;
};
// The first match wins, so longer spellings come first.
inline constexpr std::array<Replacement, 13> kReplacements{{
    {"std::__cxx11::basic_string<char, std::char_traits<char>, std::allocator<char> >", "string"},
    {"std::__cxx11::basic_string<char>", "string"},
    {"std::basic_string<char>", "string"},
    {"std::basic_string_view<char, std::char_traits<char> >", "string_view"},
    {"std::basic_string_view<char>", "string_view"},
    {"(anonymous namespace)::", ""},
    {"{anonymous}::", ""},
    {"<unnamed>::", ""},
    {"std::__cxx11::", ""},
    {"std::", ""},
    {"long unsigned int", "unsigned long"},
    {"long int", "long"},
    {", ", ";"},
}};

[[nodiscard]] constexpr bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/// The end of a default template argument that begins at `at` and repeats the element type, such as
/// ", std::allocator<...>"; `at` if there is none.
[[nodiscard]] constexpr std::size_t default_argument_end(std::string_view text, std::size_t at) {
  for (const std::string_view name : {", std::allocator<", ", std::default_delete<", ", std::char_traits<",
                                      ", std::less<", ", std::hash<", ", std::equal_to<"}) {
    if (!text.substr(at).starts_with(name)) continue;
    std::size_t depth = 1;
    std::size_t i = at + name.size();
    for (; i < text.size() && depth > 0; ++i) {
      if (text[i] == '<') ++depth;
      if (text[i] == '>') --depth;
    }
    return i;
  }
  return at;
}

/// Appends the short form of `text` to `out`, which has add() for a character and for a text.
template <class Out>
constexpr void add_short(Out& out, std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    if (const std::size_t end = default_argument_end(text, i); end != i) {
      i = end;
      continue;
    }
    if (text.substr(i).starts_with(" >")) {  // "> >"
      ++i;
      continue;
    }
    const bool word_start = i == 0 || !is_word(text[i - 1]);
    bool replaced = false;
    for (const Replacement& r : kReplacements) {
      if (text.substr(i).starts_with(r.from) && (word_start || !is_word(r.from.front()))) {
        out.add(r.to);
        i += r.from.size();
        replaced = true;
        break;
      }
    }
    if (!replaced) {
      out.add(text[i] == ',' ? ';' : text[i]);
      ++i;
    }
  }
}

template <class T>
struct ShortName {
  static constexpr auto make() {
    FixedText<raw_type_name<T>().size() + 8> out;
    add_short(out, raw_type_name<T>());
    return out;
  }
};
template <class K, class V>
struct ShortName<std::pair<K, V>> {
  static constexpr auto make() {
    constexpr auto key = ShortName<std::remove_const_t<K>>::make();
    constexpr auto value = ShortName<V>::make();
    FixedText<key.size + value.size + 8> out;
    out.add(std::string_view(key.chars.data(), key.size));
    out.add(" -> ");
    out.add(std::string_view(value.chars.data(), value.size));
    return out;
  }
};
// Hidden, or g++ would make it unique in the process, which keeps a library loaded for ever.
template <class T>
[[gnu::visibility("hidden")]] inline constexpr auto kShortName = ShortName<T>::make();

}  // namespace detail

/// The short name of T, in static storage. Never contains a comma.
template <class T>
[[nodiscard]] constexpr std::string_view short_type_name() {
  return {detail::kShortName<T>.chars.data(), detail::kShortName<T>.size};
}

}  // namespace bucketprof::alloc
