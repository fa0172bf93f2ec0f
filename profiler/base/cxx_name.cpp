// SPDX-License-Identifier: Apache-2.0
//
// One pass over the name. Outside of brackets each character is copied, or starts a bracketed part that is copied or
// skipped as a whole, or is a space, which shows that the text before it was the return type.
#include "profiler/base/cxx_name.h"

#include <cctype>
#include <cstddef>

namespace bucketprof {
namespace {

constexpr std::string_view kAnonymous = "(anonymous namespace)";

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

// One past the bracket that closes text[open]; text.size() if there is none. A '>' closes only a '<', and a closing
// parenthesis also ends every '<' opened inside it, so comparisons and arrows in expressions are harmless.
std::size_t after_bracket(std::string_view text, std::size_t open) {
  std::string stack;
  for (std::size_t i = open; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '(' || c == '[' || c == '{' || c == '<') {
      stack.push_back(c);
    } else if (c == '>') {
      if (stack.back() == '<' && text[i - 1] != '-') stack.pop_back();
    } else if (c == ')' || c == ']' || c == '}') {
      while (stack.size() > 1 && stack.back() == '<') stack.pop_back();
      stack.pop_back();
    }
    if (stack.empty()) return i + 1;
  }
  return text.size();
}

// Length of the operator symbol at the start of `text`, which template arguments may follow: "operator+<char>".
std::size_t operator_length(std::string_view text) {
  for (const std::string_view symbols : {"->*", "<=>", "<<=", ">>=", "->", "++", "--", "<<", ">>", "<=", ">=", "==",
                                         "!=",  "&&",  "||",  "+=",  "-=", "*=", "/=", "%=", "^=", "&=", "|="}) {
    if (text.starts_with(symbols)) return symbols.size();
  }
  return !text.empty() && std::string_view("+-*/%^&|~!=<>,").find(text.front()) != std::string_view::npos ? 1 : 0;
}

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  std::string read() {
    while (at_ < text_.size() && step()) {
    }
    return out_.empty() ? std::string(text_) : out_;
  }

 private:
  // Handles one unit at at_. False if the name is complete.
  bool step() {
    const std::string_view rest = text_.substr(at_);
    const char c = rest.front();
    if (rest.starts_with(kAnonymous)) return copy(kAnonymous.size());
    if (rest.starts_with("operator") && (out_.empty() || !is_word(out_.back())) &&
        (rest.size() == 8 || !is_word(rest[8]))) {
      return read_operator(rest);
    }
    switch (c) {
      case '(':
        return read_parentheses();
      case '{':
        return read_braces();
      case '<':
      case '[':
        at_ = after_bracket(text_, at_);
        return true;
      case ' ':
        if (conversion_) return copy(1);
        out_.clear();  // the text before was the return type, or words such as "thunk to"
        ++at_;
        return true;
      default:
        return copy(1);
    }
  }

  bool copy(std::size_t count) {
    out_.append(text_.substr(at_, count));
    at_ += count;
    return true;
  }

  bool read_operator(std::string_view rest) {
    std::size_t end = 8;
    if (rest.substr(end).starts_with("()") || rest.substr(end).starts_with("[]")) {
      end += 2;
    } else if (rest.substr(end).starts_with(" new") || rest.substr(end).starts_with(" delete")) {
      end = rest.find_first_of("[(", end);
      if (end == std::string_view::npos) end = rest.size();
      if (rest.substr(end).starts_with("[]")) end += 2;
    } else if (end < rest.size() && rest[end] == ' ') {
      conversion_ = true;  // the type may contain spaces
    } else {
      end += operator_length(rest.substr(end));
    }
    copy(end);
    // "operator< <int>": the space only separates the two.
    if (!conversion_ && text_.substr(at_).starts_with(" <")) ++at_;
    return true;
  }

  bool read_parentheses() {
    const std::size_t end = after_bracket(text_, at_);
    if (!out_.empty() && out_.back() == '.') return copy(end - at_);  // Go: main.(*Type).method
    const bool is_type = out_.empty() || out_ == "decltype";
    at_ = end;
    if (is_type) return true;
    for (const std::string_view word : {" const", " volatile", " &", " &&"}) {
      if (text_.substr(at_).starts_with(word)) at_ += word.size();
    }
    conversion_ = false;
    return text_.substr(at_).starts_with("::") || text_.substr(at_).starts_with("[abi:");  // a local class or lambda
  }

  bool read_braces() {
    const std::size_t end = after_bracket(text_, at_);
    const std::string_view inside = text_.substr(at_, end - at_);
    const std::size_t open = inside.find('(');
    if (open == std::string_view::npos) return copy(inside.size());
    out_.append(inside.substr(0, open));
    out_.append(inside.substr(after_bracket(inside, open)));
    at_ = end;
    return true;
  }

  std::string_view text_;
  bool conversion_ = false;
  std::size_t at_ = 0;
  std::string out_;
};

}  // namespace

std::string qualified_name(std::string_view demangled) { return Reader(demangled).read(); }

std::vector<std::string_view> components(std::string_view qualified) {
  std::vector<std::string_view> parts;
  std::size_t start = 0;
  for (std::size_t at = 0; at < qualified.size();) {
    if (qualified[at] == '(' || qualified[at] == '{') {
      at = after_bracket(qualified, at);
    } else if (qualified.substr(at).starts_with("::")) {
      parts.push_back(qualified.substr(start, at - start));
      start = at += 2;
    } else {
      ++at;
    }
  }
  parts.push_back(qualified.substr(start));
  return parts;
}

}  // namespace bucketprof
