"""Optional XML signatures of CAP messages (enveloped, RSA-SHA256), by signxml."""

from lxml import etree
from signxml.exceptions import SignXMLException
from signxml.signer import XMLSigner
from signxml.verifier import XMLVerifier

from chengan.city.warn.cap import schema
from chengan.city.warn.errors import BadCap


def signed(xml: bytes, *, key_pem: bytes, certificate_pem: bytes) -> bytes:
    """The message with a signature as its last element; it still passes the schema."""
    root = schema.root_of(xml)
    made = XMLSigner().sign(root, key=key_pem, cert=certificate_pem.decode())
    return bytes(etree.tostring(made, xml_declaration=True, encoding="UTF-8"))


def check(xml: bytes, *, certificate_pem: bytes) -> bytes:
    """Give what the signature covers, if it is whole and by this certificate.

    Raises
    ------
    BadCap
    """
    root = schema.root_of(xml)
    try:
        found = XMLVerifier().verify(root, x509_cert=certificate_pem.decode())
    except (SignXMLException, ValueError, KeyError) as error:
        raise BadCap(f"签名无效 · the signature does not hold: {error}") from error
    one = found if not isinstance(found, list) else found[0]
    if one.signed_xml is None:
        raise BadCap("签名无效 · the signature covers nothing")
    return bytes(etree.tostring(one.signed_xml))
