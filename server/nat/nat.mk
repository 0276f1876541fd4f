# SecureNAT: the virtual host, its DHCP and the way out
server_libserver_la_SOURCES += \
	%D%/host.c \
	%D%/host.h \
	%D%/outside.c \
	%D%/outside.h \
	%D%/securenat.c \
	%D%/securenat.h \
	$(NULL)
