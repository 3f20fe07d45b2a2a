"""What can go wrong with a person's job, each in one sentence that says what to do, in English and Chinese."""
from __future__ import annotations

from ..told import Told

SENTENCES: dict[str, tuple[str, str]] = {
    "pictures": ("This takes 1 to {most} pictures; choose that many.", "需要 1 到 {most} 张图片，请重新选择。"),
    "waiting": ("{most} of your jobs wait already; let one end or cancel one first.", "你已有 {most} 个任务在排队，请先等一个结束或取消一个。"),
    "busy": ("Too many people wait for this machine just now; try again later.", "排队的人太多了，请稍后再试。"),
    "full": ("There is no room left on this machine; delete one of your jobs, or try again later.", "这台机器的空间不足，请删除自己的一个任务，或稍后再试。"),
    "unknown": ("There is no such job here: it was deleted, has expired, or is not yours.", "没有这个任务：可能已删除、已过期，或不属于你。"),
    "options": ("These are not settings of this kind of job, so nothing was started.", "这些不是这类任务的设置，因此没有开始。"),
    "broken": ("Something went wrong while learning, and your pictures were deleted; try again, or with other pictures.",
               "学习时出了问题，图片已删除；请重试，或换几张图片。"),
    "lost": ("This job was lost, for its worker was stopped again and again; your pictures were deleted, start it anew.",
             "任务已丢失：学习程序反复被中断。图片已删除，请重新开始。"),
    "lost_pictures": ("This job was lost when the studio stopped, for its pictures are gone; start it anew.", "工坊停止运行时，这个任务和图片都丢失了，请重新开始。"),
    "folder_in_use": ("Another Avatar Studio keeps its jobs in this folder; give each its own with --jobs.",
                      "另一个头像工坊正在使用这个任务文件夹，请用 --jobs 为每个指定不同的文件夹。"),
    "folder_code": ("Jobs cannot be kept within the program's own folders, which a Ray cluster is sent; give another with --jobs.",
                    "不能把任务保存在程序自己的文件夹里（它们会被发送到 Ray 集群），请用 --jobs 指定另一个。"),
    "folder_unusable": ("Jobs cannot be kept in this folder: {reason}. Give another with --jobs.", "无法把任务保存在这个文件夹：{reason}。请用 --jobs 指定另一个。"),
    "folder_damaged": ("The list of jobs, {file}, is damaged: delete it, with which all jobs in its folder are lost, or give another folder with --jobs.",
                       "任务列表 {file} 已损坏：请删除它（该文件夹里的任务会全部丢失），或用 --jobs 指定另一个文件夹。"),
    "style_file": ("This is not a style that Avatar Studio saved; choose the file that was downloaded here.",
                   "这不是头像工坊保存的风格文件，请选择在这里下载的文件。"),
    "style_base": ("This style was learned for another version of Avatar Studio; learn it anew from its picture.",
                   "这个风格属于另一版本的头像工坊，请用原图重新学习。"),
    "model_file": ("This is not a model that Avatar Studio saved; choose the file that was downloaded here.",
                   "这不是头像工坊保存的模型文件，请选择在这里下载的文件。"),
    "model_base": ("This model was learned for another version of Avatar Studio; learn it anew from its photos.",
                   "这个模型属于另一版本的头像工坊，请用原照片重新学习。"),
    "taken": ("Another file goes by the same short name on this machine just now; try again in a day.", "这台机器上暂时有另一个文件使用相同的短名称，请一天后再试。"),
    "style_name": ("A name has 1 to {most} characters, and none that cannot be seen.", "名称需为 1 到 {most} 个字符，且不能含有不可见字符。"),
}


class JobError(Told):
    """A job that cannot be. `key` names the reason, a key of SENTENCES."""

    def __init__(self, key: str, **values: int | str):
        self.key = key
        super().__init__(*SENTENCES[key], **values)
