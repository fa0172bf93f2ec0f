// SPDX-License-Identifier: Apache-2.0
//
// A program that names a shared library with the recorder in it (linked.cpp), and has none itself.
#include <cstdio>

extern "C" int fill_linked(int entries);

int main() { std::printf("%d\n", fill_linked(100)); }
