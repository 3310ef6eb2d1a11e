// The compiled part of the libraries (BOOST_ASIO_SEPARATE_COMPILATION), once for the program.
#include <boost/asio/impl/src.hpp>
#include <boost/beast/src.hpp>
