// SPDX-License-Identifier: Apache-2.0
//
// Code that is hard to symbolize: functions inlined three deep and across namespaces, functions that have no linkage
// name (their debug information lacks the mangled name), lambdas, templates, local classes and virtual calls. The tests
// never run it; they ask what function is at each of its addresses. Built as a program and as a library, with and
// without debug information.
#include <algorithm>
#include <cstdio>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

namespace outer {
namespace {

int hidden_factor = 3;

inline int innermost(int value) {
  if (value % 7 == 0) std::printf("seven %d\n", value);
  return value * hidden_factor;
}

struct Helper {
  int base;
  inline int middle(int value) const { return innermost(value + base) + innermost(value - base); }
  [[gnu::noinline]] int kept(int value) const { return middle(value) + 1; }
};

[[gnu::noinline]] int static_like(int value) {
  Helper helper{value / 2};
  return helper.middle(value) + helper.kept(value + 1);
}

}  // namespace

template <class Key, class Value>
class Table {
 public:
  void insert(const Key& key, const Value& value) { entries_[key].push_back(value); }
  [[gnu::noinline]] std::size_t count(const Key& key) const {
    const auto found = entries_.find(key);
    return found == entries_.end() ? 0 : found->second.size();
  }

 private:
  std::unordered_map<Key, std::vector<Value>> entries_;
};

struct Shape {
  virtual ~Shape() = default;
  [[nodiscard]] virtual double area() const = 0;
};
struct Square final : Shape {
  explicit Square(double side) : side_(side) {}
  [[nodiscard]] double area() const override { return side_ * side_; }
  double side_;
};

[[gnu::noinline]] double total(const std::vector<std::unique_ptr<Shape>>& shapes) {
  double sum = 0;
  std::for_each(shapes.begin(), shapes.end(), [&sum](const std::unique_ptr<Shape>& shape) {
    auto twice = [](double value) { return value * 2 + std::printf("%f\n", value); };
    sum += twice(shape->area());
  });
  return sum;
}

[[gnu::noinline]] int with_local_class(int count) {
  struct Local {
    std::map<std::string, int> words;
    [[gnu::noinline]] int add(const std::string& word) { return ++words[word]; }
  };
  Local local;
  int sum = 0;
  for (int i = 0; i < count; ++i) sum += local.add(std::to_string(i % 3));
  return sum;
}

}  // namespace outer

extern "C" int plain_c_function(int value) { return outer::static_like(value) + outer::with_local_class(value); }

static int file_static(int value) {
  outer::Table<std::string, int> table;
  for (int i = 0; i < value; ++i) table.insert(std::to_string(i), i);
  return static_cast<int>(table.count("1"));
}

int main(int argc, char**) {
  std::vector<std::unique_ptr<outer::Shape>> shapes;
  for (int i = 0; i < argc; ++i) shapes.push_back(std::make_unique<outer::Square>(i));
  return plain_c_function(argc) + file_static(argc) + static_cast<int>(outer::total(shapes));
}
