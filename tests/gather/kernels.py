"""Real kernels with real series applied, in a scratch object store beside the user's."""

import email
import mailbox
import os
import re
import subprocess


class States:
    """A ref of a bare repository, and trees made from it by applying patches of a mailbox."""

    def __init__(self, git_dir, folder):
        self.folder = folder
        (folder / "objects").mkdir()
        self.env = {
            **os.environ,
            "GIT_DIR": str(git_dir),
            "GIT_OBJECT_DIRECTORY": str(folder / "objects"),
            "GIT_ALTERNATE_OBJECT_DIRECTORIES": f"{git_dir}/objects",
            "GIT_INDEX_FILE": str(folder / "index"),
        }
        self.readers = []

    def git(self, *words, data=None):
        done = subprocess.run(["git", *words], env=self.env, input=data, capture_output=True, check=True)
        return done.stdout.decode().strip()

    def after(self, ref, patches):
        """[base, after the first patch, ...] as readers; `patches` are diffs that apply in that order."""
        self.git("read-tree", ref)
        trees = [self.git("write-tree", "--missing-ok")]
        for patch in patches:
            self.git("apply", "--cached", data=patch)
            trees.append(self.git("write-tree", "--missing-ok"))
        made = [Reader(tree, f"{ref}+{n}", self.env) for n, tree in enumerate(trees)]
        self.readers += made
        return made

    def close(self):
        for reader in self.readers:
            reader.close()


class Reader:
    """A tree id as a TreeReader, each file read once."""

    def __init__(self, tree, name, env):
        self.tree = tree
        self.name = name
        self.env = env
        self.known = {}
        command = ["git", "cat-file", "--batch"]
        self.process = subprocess.Popen(command, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def read(self, path):
        if path not in self.known:
            self.process.stdin.write(f"{self.tree}:{path}\n".encode())
            self.process.stdin.flush()
            head = self.process.stdout.readline().split()
            data = None
            if head[-1] != b"missing":
                data = self.process.stdout.read(int(head[2]))
                self.process.stdout.read(1)
            self.known[path] = data if head[1] == b"blob" else None
        return self.known[path]

    def paths(self, prefix=""):
        command = ["git", "ls-tree", "-r", "--name-only", self.tree, prefix or "."]
        listing = subprocess.run(command, env=self.env, capture_output=True, check=True)
        return tuple(listing.stdout.decode().splitlines())

    def close(self):
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait()


def diffs(folder):
    """The nine diffs of the v4 series, by number."""
    found = {}
    box = mailbox.mbox(folder / "v4.mbox", factory=email.message_from_binary_file, create=False)
    for message in box:
        number = re.search(r"\b([1-9])/9\]", message["subject"])
        if number:
            body = message.get_payload(decode=True)
            found[int(number.group(1))] = body[body.find(b"diff --git") :]
    box.close()
    return found


def stable_diffs(folder):
    """The diffs of the backport to 4.19, in order."""
    found = []
    box = mailbox.mbox(folder / "stable-4.19.mbox", factory=email.message_from_binary_file, create=False)
    for message in box:
        body = message.get_payload(decode=True)
        if b"diff --git" in body:
            found.append(body[body.find(b"diff --git") :])
    box.close()
    return found
