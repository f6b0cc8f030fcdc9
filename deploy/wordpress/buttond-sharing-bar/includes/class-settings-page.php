<?php
/**
 * Being written.
 *
 * @package Buttond_Sharing_Bar
 */

namespace Buttond_Sharing_Bar;

defined( 'ABSPATH' ) || exit;

/**
 * Being written.
 */
final class Settings_Page {

	/**
	 * Hooks in.
	 */
	public static function hooks() {
	}
}
