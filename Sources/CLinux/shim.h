// What Linux has and Swift's Glibc module leaves out: epoll(7), eventfd(2).
#include <sys/epoll.h>
#include <sys/eventfd.h>
