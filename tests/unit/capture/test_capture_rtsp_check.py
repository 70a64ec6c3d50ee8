"""The question to a camera that did not open, against a small scripted server."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Iterator

import pytest

from desktop.capture.rtsp_check import RtspAddress, authorization, check_rtsp
from desktop.capture.source import SourceError
from desktop.domain.cameras import StateReason

_DIGEST = 'RTSP/1.0 401 Unauthorized\r\nCSeq: 1\r\nWWW-Authenticate: Digest realm="r", nonce="n"\r\n'


class Camera:
    """Answers each request on a connection with the next of `answers`; after the last one it hangs up."""

    def __init__(self, *answers: str) -> None:
        self.answers = answers
        self.requests: list[str] = []
        self._server = socket.create_server(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    @property
    def port(self) -> int:
        return int(self._server.getsockname()[1])

    def _serve(self) -> None:
        try:
            line, _ = self._server.accept()
        except OSError:
            return
        with line:
            for answer in self.answers:
                asked = b""
                while b"\r\n\r\n" not in asked:
                    part = line.recv(4096)
                    if not part:
                        return
                    asked += part
                self.requests.append(asked.decode())
                if answer == "silence":
                    line.recv(1)
                    return
                line.sendall(answer.encode())

    def close(self) -> None:
        self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        self._thread.join()


@pytest.fixture
def camera(request: pytest.FixtureRequest) -> Iterator[Camera]:
    made = Camera(*request.param)
    yield made
    made.close()


def answers(*texts: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("camera", [texts], indirect=True)


def reason(camera: Camera, login: str = "anna:geheim@", timeout: float = 20.0) -> StateReason:
    try:
        check_rtsp(f"rtsp://{login}127.0.0.1:{camera.port}/live?x=1", timeout)
    except SourceError as error:
        return error.reason
    return StateReason.NONE


@answers("RTSP/1.0 200 OK\r\nCSeq: 1\r\nContent-Length: 3\r\n\r\nv=0")
def test_a_camera_that_would_serve(camera: Camera) -> None:
    assert reason(camera) is StateReason.NONE
    assert camera.requests[0].startswith(f"DESCRIBE rtsp://127.0.0.1:{camera.port}/live?x=1 RTSP/1.0\r\n")
    assert "geheim" not in camera.requests[0]


@answers(_DIGEST + "Content-Length: 5\r\n\r\nhello", "RTSP/1.0 401 Unauthorized\r\nCSeq: 2\r\n\r\n")
def test_a_wrong_password(camera: Camera) -> None:
    assert reason(camera) is StateReason.BAD_PASSWORD
    assert len(camera.requests) == 2
    assert 'username="anna"' in camera.requests[1]
    assert "geheim" not in camera.requests[1]


@answers(_DIGEST + "\r\n")
def test_no_password_where_one_is_wanted(camera: Camera) -> None:
    assert reason(camera, login="") is StateReason.BAD_PASSWORD


@answers(_DIGEST + "\r\n", "RTSP/1.0 404 Not Found\r\nCSeq: 2\r\n\r\n")
def test_a_wrong_path_behind_a_right_password(camera: Camera) -> None:
    assert reason(camera) is StateReason.NOT_FOUND


@answers(_DIGEST + "\r\n")
def test_a_camera_that_hangs_up_after_its_challenge_leaves_it_open(camera: Camera) -> None:
    assert reason(camera) is StateReason.NONE


@answers("RTSP/1.0 401 Unauthorized\r\nCSeq: 1\r\nWWW-Authenticate: Negotiate\r\n\r\n")
def test_a_login_we_do_not_know_leaves_it_open(camera: Camera) -> None:
    assert reason(camera) is StateReason.NONE


@answers("RTSP/1.0 503 Service Unavailable\r\nCSeq: 1\r\n\r\n")
def test_other_answers_leave_it_open(camera: Camera) -> None:
    assert reason(camera) is StateReason.NONE


@answers("HTTP/1.1 400 Bad Request\r\n\r\n")
def test_a_web_server_leaves_it_open(camera: Camera) -> None:
    assert reason(camera) is StateReason.NONE


@answers("silence")
def test_silence_is_unreachable(camera: Camera) -> None:
    assert reason(camera, timeout=0.2) is StateReason.UNREACHABLE


@answers()
def test_hanging_up_is_unreachable(camera: Camera) -> None:
    assert reason(camera) is StateReason.UNREACHABLE


def test_nobody_there() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with pytest.raises(SourceError) as caught:
        check_rtsp(f"rtsp://anna:geheim@127.0.0.1:{port}/")
    assert caught.value.reason is StateReason.UNREACHABLE
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


@pytest.mark.parametrize(
    "url",
    [
        "",
        "10.0.0.5",
        "http://10.0.0.5/x",
        "file:///etc/passwd",
        "rtsp://",
        "rtsp://h:port/x",
        "rtsp://[::1/x",
        "rtsp:x",
    ],
)
def test_what_is_no_rtsp_address(url: str) -> None:
    with pytest.raises(SourceError) as caught:
        RtspAddress.parse(url)
    assert caught.value.reason is StateReason.NOT_FOUND


def test_an_address_taken_apart() -> None:
    address = RtspAddress.parse(" rtsp://an%40na:p%2Fw%20%C3%B6@[::1]:8554/live stream/ä%20?a=b ")
    assert (address.host, address.port) == ("::1", 8554)
    assert (address.user, address.password) == ("an@na", "p/w ö")
    assert address.bare == "rtsp://[::1]:8554/live%20stream/%C3%A4%20?a=b"
    assert "p/w" not in repr(address)
    assert RtspAddress.parse("rtsp://host").port == 554


def test_an_address_cannot_smuggle_in_a_header() -> None:
    assert "\r" not in RtspAddress.parse("rtsp://host/a\r\nX: y").bare
    assert "\n" not in RtspAddress.parse("rtsp://host/a%0d%0aX").bare


def _login(user: str, password: str, uri: str) -> RtspAddress:
    return RtspAddress("host", 554, user, password, uri)


def test_basic_is_the_example_of_rfc_7617() -> None:
    address = _login("Aladdin", "open sesame", "rtsp://host/")
    assert authorization(address, "DESCRIBE", ['Basic realm="x"']) == "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="


def test_digest_without_qop_is_the_example_of_rfc_2069_as_corrected() -> None:
    # RFC 2069 errata 749: the response to the example of section 2.4 is 1949323746fe6a43ef61f9606e7febea.
    address = _login("Mufasa", "CircleOfLife", "/dir/index.html")
    challenge = 'Digest realm="testrealm@host.com", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", opaque="5ccc"'
    answer = authorization(address, "GET", [challenge])
    assert answer is not None
    assert 'response="1949323746fe6a43ef61f9606e7febea"' in answer
    assert 'opaque="5ccc"' in answer


@pytest.mark.parametrize(
    ("algorithm", "response"),
    [
        ("MD5", "8ca523f5e9506fed4657c9700eebdbec"),
        ("SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"),
    ],
)
def test_digest_with_qop_is_the_example_of_rfc_7616(
    algorithm: str, response: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "desktop.capture.rtsp_check.secrets.token_hex", lambda _: "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ"
    )
    address = _login("Mufasa", "Circle of Life", "/dir/index.html")
    challenge = (
        f'Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm={algorithm}, '
        'nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"'
    )
    answer = authorization(address, "GET", [challenge])
    assert answer is not None
    assert f'response="{response}"' in answer
    assert "nc=00000001" in answer
    assert re.search(rf"algorithm={algorithm}$", answer)


def test_the_strongest_known_challenge_is_taken() -> None:
    address = _login("anna", "geheim", "rtsp://host/")
    basic, md5 = 'Basic realm="r"', 'Digest realm="r", nonce="n"'
    sha, unknown = 'Digest realm="r", nonce="n", algorithm=SHA-256', 'Digest realm="r", nonce="n", algorithm=MD5-sess'
    assert "SHA-256" in (authorization(address, "DESCRIBE", [basic, md5, sha]) or "")
    assert (authorization(address, "DESCRIBE", [basic, md5]) or "").startswith("Digest")
    assert (authorization(address, "DESCRIBE", [unknown, basic]) or "").startswith("Basic")
    assert authorization(address, "DESCRIBE", [unknown]) is None
    assert authorization(address, "DESCRIBE", ['Digest realm="r", nonce="n", qop="auth-int"']) is None
