libnoren_libnoren_la_SOURCES += \
	%D%/password.c \
	libnoren/include/noren/crypto/cert.h \
	libnoren/include/noren/crypto/cert_login.h \
	libnoren/include/noren/crypto/password.h \
	libnoren/include/noren/crypto/random.h \
	libnoren/include/noren/crypto/rc4.h \
	libnoren/include/noren/crypto/seal.h \
	$(NULL)
libnoren_libnoren_la_SOURCES += \
	%D%/cert.c \
	%D%/cert_login.c \
	%D%/openssl_err.c \
	%D%/openssl_err.h \
	%D%/pem.c \
	%D%/random.c \
	%D%/rc4.c \
	%D%/seal.c \
	$(NULL)
